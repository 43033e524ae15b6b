package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The short names, as people know them from Docker's official images. */
class ImageNamesIT {

    static List<List<String>> names() {
        return List.of(
                List.of("polyfn/core", Versions.CORE_IMAGE),
                List.of("polyfn/nodejs", Versions.NODEJS_IMAGE),
                List.of("polyfn/nodejs:build", Versions.NODEJS_BUILD_IMAGE),
                List.of("polyfn/typescript", Versions.TYPESCRIPT_IMAGE),
                List.of("polyfn/typescript:build", Versions.TYPESCRIPT_BUILD_IMAGE),
                List.of("polyfn/golang", Versions.golangImage(Versions.GO_CURRENT)),
                List.of("polyfn/golang:build", Versions.golangBuildImage(Versions.GO_CURRENT)));
    }

    @ParameterizedTest
    @MethodSource("names")
    void aShortNameIsTheNewestVersion(List<String> names) {
        assertThat(new Image(names.getFirst()).id()).isEqualTo(new Image(names.getLast()).id());
    }
}
