package io.polyfn.images;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.testcontainers.DockerClientFactory;

/** What {@code docker save} writes, which is what {@code docker push} sends: the JSON of an image without its layers. */
record SavedImage(List<String> documents) {
    private static final int LARGEST_DOCUMENT = 1 << 20;
    private static final Pattern ATTESTATION = Pattern.compile("attestation-manifest|in-toto|\"unknown\"");

    static SavedImage of(String image) throws IOException {
        try (var tar =
                DockerClientFactory.instance().client().saveImageCmd(image).exec()) {
            return read(tar);
        }
    }

    static SavedImage read(InputStream stream) throws IOException {
        var documents = new ArrayList<String>();
        var tar = new TarArchiveInputStream(stream);
        for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (entry.isFile() && entry.getSize() <= LARGEST_DOCUMENT) {
                var text = new String(tar.readAllBytes(), StandardCharsets.UTF_8);
                if (text.startsWith("{") || text.startsWith("[")) {
                    documents.add(text);
                }
            }
        }
        return new SavedImage(documents);
    }

    /** Documents that only an image with attestations has; FC reads them as an image for "unknown/unknown". */
    List<String> attestations() {
        return documents.stream()
                .filter(text -> ATTESTATION.matcher(text).find())
                .toList();
    }
}
