package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.polyfn.images.Versions#goVersions")
class GolangImageIT {
    private final String go;
    private final Image image;

    GolangImageIT(String go) {
        this.go = go;
        this.image = new Image(Versions.golangImage(go));
    }

    @Test
    void itsLabelsSayWhichGoItIsFor() {
        assertThat(image.config().getLabels())
                .containsEntry("org.opencontainers.image.title", "polyfn Go")
                .hasEntrySatisfying(
                        "org.opencontainers.image.description",
                        description -> assertThat(description).contains("Go " + go));
    }

    @Test
    void itHasNoCommandSinceTheFunctionIsTheBootstrap() {
        assertThat(image.config().getCmd()).isNullOrEmpty();
    }

    @Test
    void itAddsNothingToTheCore() {
        assertThat(image.files())
                .extracting(ImageFile::path)
                .contains("/usr/bin/tini")
                .containsExactlyInAnyOrderElementsOf(new Image(Versions.CORE_IMAGE)
                        .files().stream().map(ImageFile::path).toList());
    }
}
