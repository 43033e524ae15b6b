package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Bounds for what an image costs before it does anything; an update of a Debian package has broken one before. */
class ImageSizesIT {
    private static final long MEGABYTE = 1_000_000;

    @Test
    void theCoreAddsAtMost110MegabytesToItsBase() {
        var added = new Image(Versions.CORE_IMAGE).size() - new Image(Versions.BASE_IMAGE).size();
        assertThat(added).isPositive().isLessThan(110 * MEGABYTE);
    }
}
