package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@MethodSource("io.polyfn.images.Versions#goVersions")
class GolangBuildImageIT {
    private final String go;
    private final Image image;

    GolangBuildImageIT(String go) {
        this.go = go;
        this.image = new Image(Versions.golangBuildImage(go));
    }

    @Test
    void itsGoIsTheOneThatItsTagNames() {
        assertThat(image.run("go", "version")).startsWith("go version go" + go + ".");
    }

    @Test
    void itHasAptForWhatABuildNeedsBesidesAndNoCompilerForC() {
        assertThat(image.files())
                .extracting(ImageFile::path)
                .contains("/usr/bin/apt-get", "/etc/ssl/certs/ca-certificates.crt")
                .doesNotContain("/usr/bin/gcc", "/usr/bin/git");
        assertThat(image.run("go", "env", "CGO_ENABLED")).isEqualTo("0\n");
    }

    @Test
    void nobodysCacheIsInIt() {
        assertThat(image.files())
                .extracting(ImageFile::path)
                .contains("/usr/local/go/bin/go")
                .noneMatch(path -> path.startsWith("/var/cache/go/") || path.startsWith("/root/.c"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65532", "1234"})
    void anyUserCompilesTestsAndChecksAProgram(String user) {
        var program = "mkdir /tmp/program && cd /tmp/program && go mod init program && "
                + "echo 'package main; import \"fmt\"; func main() { fmt.Print(\"compiled\") }' >main.go && "
                + "echo 'package main; import \"testing\"; func TestIt(t *testing.T) {}' >main_test.go && "
                + "go vet . && go test . && go build -o program . && ./program";
        assertThat(image.runAs(user, "bash", "-c", program)).endsWith("compiled");
    }

    @Test
    void aBuildTakesAMirrorOfItsModulesWithoutALineInItsDockerfile() {
        DockerBuild.image(
                Path.of("golang", "example"),
                "FROM %s\nRUN test \"$GOPROXY\" = off\n".formatted(image.name()),
                "--build-arg",
                "GOPROXY=off");
    }
}
