package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NodejsImageIT {
    private static final Image IMAGE = new Image(Versions.NODEJS_IMAGE);

    @Test
    void itsNodeIsTheOneThatVersionsEnvNames() {
        assertThat(IMAGE.run("node", "--version")).isEqualTo("v" + Versions.NODE + "\n");
    }

    @Test
    void itRunsTheWorkerByDefault() {
        assertThat(IMAGE.config().getCmd()).containsExactly("node", "/opt/polyfn/nodejs/src/main.js");
    }

    @Test
    void ofTheWorkerItHasTheSourceAndNoTests() {
        assertThat(IMAGE.files())
                .extracting(ImageFile::path)
                .filteredOn(path -> path.startsWith("/opt/polyfn/nodejs/"))
                .contains("/opt/polyfn/nodejs/package.json", "/opt/polyfn/nodejs/src/main.js")
                .allMatch(path -> path.endsWith("/package.json") || path.startsWith("/opt/polyfn/nodejs/src/"));
    }
}
