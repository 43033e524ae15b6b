package io.polyfn.images;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TypescriptImageIT {
    private static final Image IMAGE = new Image(Versions.TYPESCRIPT_IMAGE);

    @Test
    void itRunsTheNodejsWorkerByAStartOfItsOwn() {
        assertThat(IMAGE.config().getCmd()).containsExactly("node", "/opt/polyfn/typescript/src/main.js");
    }

    @Test
    void itIsTheNodejsImageAndNoMoreThanThatStart() {
        var nodejs = new Image(Versions.NODEJS_IMAGE).files();
        var files = IMAGE.files();

        assertThat(nodejs).filteredOn(not(files::contains)).isEmpty();
        assertThat(files)
                .filteredOn(not(nodejs::contains))
                .extracting(ImageFile::path)
                .containsExactlyInAnyOrder("/opt/polyfn/typescript/package.json", "/opt/polyfn/typescript/src/main.js");
    }
}
