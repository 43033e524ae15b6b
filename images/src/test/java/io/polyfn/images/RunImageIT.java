package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What every image that functions run in has in common. */
@ParameterizedClass
@MethodSource("images")
class RunImageIT {
    private static final Set<String> BUILDS_OR_CHANGES_IMAGES = Set.of(
            "apt",
            "apt-get",
            "dpkg",
            "perl",
            "npm",
            "npx",
            "corepack",
            "yarn",
            "pnpm",
            "node-gyp",
            "gcc",
            "cc",
            "g++",
            "c++",
            "clang",
            "ld",
            "as",
            "make",
            "python3",
            "go",
            "javac",
            "jshell",
            "jlink",
            "jar",
            "tsc",
            "esbuild",
            "polyfn-build",
            "curl",
            "wget",
            "ssh",
            "nc",
            "su",
            "sudo",
            "passwd",
            "mount");

    private static final Map<Image, List<ImageFile>> FILES = new ConcurrentHashMap<>();

    private final Image image;

    RunImageIT(Image image) {
        this.image = image;
    }

    static List<Image> images() {
        return Stream.of(
                        Versions.CORE_IMAGE,
                        Versions.NODEJS_IMAGE,
                        Versions.TYPESCRIPT_IMAGE,
                        Versions.golangImage(Versions.GO),
                        Versions.golangImage(Versions.GO_CURRENT))
                .map(Image::new)
                .toList();
    }

    @Test
    void itsUserIsANumberOtherThanRoots() {
        assertThat(image.config().getUser()).isEqualTo("65532:65532");
    }

    @Test
    void itsUserHasANameAndAHomeThatItMayWriteTo() {
        assertThat(image.run("bash", "-c", "id -un; echo ~; touch ~/file && echo written"))
                .isEqualTo("polyfn\n/tmp\nwritten\n");
    }

    @Test
    void itStartsTheCoreUnderAnInitProcessAndWithoutAShell() {
        assertThat(image.config().getEntrypoint()).containsExactly("/usr/bin/tini", "--", "/opt/polyfn/bin/polyfn");
    }

    @Test
    void itExpectsTheFunctionInCode() {
        assertThat(image.config().getWorkingDir()).isEqualTo("/code");
        assertThat(image.run("ls", "-A", "/code")).isEmpty();
    }

    @Test
    void itNamesThePortsOfThePlatformAndOfManagement() {
        assertThat(image.config().getExposedPorts())
                .extracting(Object::toString)
                .containsExactlyInAnyOrder("9000/tcp", "9001/tcp");
    }

    @Test
    void itsLabelsSayWhatItIs() {
        assertThat(image.config().getLabels())
                .containsEntry("org.opencontainers.image.version", Versions.POLYFN)
                .containsEntry("org.opencontainers.image.licenses", "Apache-2.0")
                .containsKeys("org.opencontainers.image.title", "org.opencontainers.image.description");
    }

    @Test
    void itHasNothingThatBuildsProgramsOrChangesImages() {
        assertThat(files())
                .filteredOn(ImageFile::isExecutable)
                .extracting(ImageFile::name)
                .contains("bash")
                .filteredOn(BUILDS_OR_CHANGES_IMAGES::contains)
                .isEmpty();
    }

    @Test
    void nothingInItRunsAsAnotherUser() {
        assertThat(files()).isNotEmpty().filteredOn(ImageFile::changesItsUser).isEmpty();
    }

    @Test
    void packageCachesAndLogsStayedBehind() {
        assertThat(files())
                .extracting(ImageFile::path)
                .contains("/usr/bin/bash")
                .filteredOn(path -> path.matches("/var/(cache|lib/apt|log)/.*"))
                .isEmpty();
    }

    @Test
    void noDebuggersDataIsInIt() {
        assertThat(files())
                .extracting(ImageFile::name)
                .contains("libjvm.so")
                .filteredOn(name -> name.endsWith(".debuginfo"))
                .isEmpty();
    }

    @Test
    void scannersFindTheListOfInstalledPackages() {
        assertThat(image.run("cat", "/var/lib/dpkg/status"))
                .contains("Package: libc6\n", "Package: tini\n")
                .doesNotContain("Package: apt\n", "Package: perl-base\n", "Package: dpkg\n");
    }

    @Test
    void theJvmCanStartProcesses() {
        assertThat(files())
                .filteredOn(file -> file.name().equals("jspawnhelper"))
                .singleElement()
                .satisfies(file -> assertThat(file.isExecutable()).isTrue());
    }

    @Test
    void certificatesAndTimeZonesAreThere() {
        assertThat(image.run("grep", "-c", "BEGIN CERTIFICATE", "/etc/ssl/certs/ca-certificates.crt")
                        .strip())
                .satisfies(count -> assertThat(Integer.parseInt(count)).isGreaterThan(100));
        assertThat(image.run("env", "TZ=Asia/Shanghai", "date", "-d", "2026-01-01T00:00:00Z", "+%H:%M"))
                .isEqualTo("08:00\n");
    }

    private List<ImageFile> files() {
        return FILES.computeIfAbsent(image, Image::files);
    }
}
