package io.polyfn.core.control;

import io.polyfn.core.DataPlane;
import io.polyfn.core.platform.EffectiveSetting;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The settings in effect. */
@Path("/settings")
@Produces(MediaType.APPLICATION_JSON)
public final class SettingsResource {
    private final DataPlane dataPlane;

    SettingsResource(DataPlane dataPlane) {
        this.dataPlane = dataPlane;
    }

    @GET
    @Operation(summary = "The settings in effect, and where each came from; never credentials")
    public List<EffectiveSetting> list() {
        return dataPlane.settings().effective();
    }
}
