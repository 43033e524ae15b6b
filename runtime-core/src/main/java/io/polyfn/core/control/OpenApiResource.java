package io.polyfn.core.control;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The description of this API, which the build has made of these classes. */
@Path("/openapi")
public final class OpenApiResource {
    @GET
    @Produces("application/yaml")
    @Operation(hidden = true)
    public byte[] document() throws IOException {
        try (InputStream document = OpenApiResource.class.getResourceAsStream("/META-INF/openapi.yaml")) {
            return Objects.requireNonNull(document, "the build makes META-INF/openapi.yaml")
                    .readAllBytes();
        }
    }
}
