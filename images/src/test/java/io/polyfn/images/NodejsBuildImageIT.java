package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodejsBuildImageIT {
    private static final Image IMAGE = new Image(Versions.NODEJS_BUILD_IMAGE);

    @Test
    void itHasTheSameNodeAsTheRunImageAndNpm() {
        assertThat(IMAGE.run("node", "--version")).isEqualTo("v" + Versions.NODE + "\n");
        assertThat(IMAGE.run("npm", "--version")).isEqualTo(Versions.NPM + "\n");
        assertThat(IMAGE.run("npx", "--version")).isEqualTo(Versions.NPM + "\n");
    }

    @Test
    void itHasAptForWhatNativeModulesNeed() {
        assertThat(IMAGE.files())
                .extracting(ImageFile::path)
                .contains("/usr/bin/apt-get", "/usr/local/include/node/node_api.h");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65532"})
    void npmInstallsIntoCodeForTheUser(String user) {
        var install =
                "npm init --yes >/dev/null && mkdir /tmp/dependency && echo '{\"name\":\"dependency\",\"version\":\"1.0.0\"}'"
                        + " >/tmp/dependency/package.json && npm install --install-links /tmp/dependency >/dev/null && ls node_modules";
        assertThat(IMAGE.runAs(user, "bash", "-c", install)).isEqualTo("dependency\n");
    }
}
