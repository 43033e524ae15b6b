package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** FC refuses an image whose index names an attestation beside it, which Buildx adds unless it is told not to. */
class AttestationsIT {
    /** What Buildx puts beside an image. */
    private static final String INDEX_WITH_ATTESTATION = """
            {
              "schemaVersion": 2,
              "mediaType": "application/vnd.oci.image.index.v1+json",
              "manifests": [
                {
                  "mediaType": "application/vnd.oci.image.manifest.v1+json",
                  "digest": "sha256:1111111111111111111111111111111111111111111111111111111111111111",
                  "platform": {"architecture": "amd64", "os": "linux"}
                },
                {
                  "mediaType": "application/vnd.oci.image.manifest.v1+json",
                  "digest": "sha256:2222222222222222222222222222222222222222222222222222222222222222",
                  "annotations": {"vnd.docker.reference.type": "attestation-manifest"},
                  "platform": {"architecture": "unknown", "os": "unknown"}
                }
              ]
            }""";

    @ParameterizedTest
    @MethodSource("io.polyfn.images.RunImageIT#images")
    void ourImagesHaveNone(Image image) throws Exception {
        assertHasNone(SavedImage.of(image.name()));
    }

    @Test
    void aFunctionsImageThatIsBuiltAsDocumentedHasNone() throws Exception {
        var example = Path.of("nodejs/example");

        assertHasNone(SavedImage.of(DockerBuild.image(example, Files.readString(example.resolve("Dockerfile")))));
    }

    @Test
    void oneWouldBeNoticed() throws Exception {
        assertThat(saved(INDEX_WITH_ATTESTATION).attestations()).hasSize(1);
    }

    private static void assertHasNone(SavedImage image) {
        assertThat(image.documents()).isNotEmpty();
        assertThat(image.attestations()).isEmpty();
    }

    private static SavedImage saved(String index) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(bytes)) {
            var content = index.getBytes(StandardCharsets.UTF_8);
            var entry = new TarArchiveEntry("index.json");
            entry.setSize(content.length);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
        }
        return SavedImage.read(new ByteArrayInputStream(bytes.toByteArray()));
    }
}
