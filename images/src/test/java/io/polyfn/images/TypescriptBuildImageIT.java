package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TypescriptBuildImageIT {
    private static final Image IMAGE = new Image(Versions.TYPESCRIPT_BUILD_IMAGE);

    @Test
    void itHasTheToolsThatVersionsEnvNames() {
        assertThat(IMAGE.run("tsc", "--version")).isEqualTo("Version " + Versions.TYPESCRIPT + "\n");
        assertThat(IMAGE.run("esbuild", "--version")).isEqualTo(Versions.ESBUILD + "\n");
        assertThat(IMAGE.run("node", "--version")).isEqualTo("v" + Versions.NODE + "\n");
        assertThat(IMAGE.run("npm", "--version")).isEqualTo(Versions.NPM + "\n");
    }

    @Test
    void goodHandlersAreAcceptedAndBadOnesAreNot() {
        assertThat(IMAGE.exitOn(Typescript.folder("types"), "tsc", "--pretty", "false", "--project", "."))
                .isEqualTo(new Image.Exit(0, "", ""));
    }

    @Test
    void theTypesInstallFromTheirTarball() {
        var install = "npm init --yes >/dev/null && npm install --silent /opt/polyfn/types.tgz"
                + " && echo '{\"extends\":\"polyfn/tsconfig.json\"}' >tsconfig.json && tsc --showConfig >/dev/null"
                + " && node -p 'const {name,version} = require(\"./node_modules/polyfn/package.json\"); name + version'";
        assertThat(IMAGE.run("bash", "-c", install)).isEqualTo("polyfn" + Versions.POLYFN + "\n");
    }

    @Test
    void nothingOfItsOwnMakingWasLeftBehind() {
        assertThat(IMAGE.run("find", "/src", "/code", "/tmp", "/var/cache/npm", "-mindepth", "1"))
                .isEmpty();
    }

    @Test
    void aTypeErrorFailsTheBuildWithFileLineAndMessage() {
        var exit = build("type-error");

        assertThat(exit.code()).isNotZero();
        assertThat(exit.out())
                .isEqualTo("index.ts(4,9): error TS2322: Type 'number' is not assignable to type 'string'.\n");
        assertThat(exit.err()).isEqualTo("polyfn-build: TypeScript found the errors above\n");
    }

    @Test
    void anImportThatLeadsNowhereFailsTheBuildWithFileAndLine() {
        var exit = build("unresolved");

        assertThat(exit.code()).isNotZero();
        assertThat(exit.err())
                .contains("Could not resolve \"./nowhere\"", "index.js:1:24", "polyfn-build: esbuild found");
    }

    @Test
    void aProjectFromBeforeTypescript6HasNodesTypesToo() {
        var exit = build("ts-node", "server.ts");

        assertThat(exit.out()).contains("/code/server.mjs");
        assertThat(exit.code()).isZero();
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(build("language", "src/app.ts").err()).contains("there is no /src/src/app.ts");
        assertThat(build("language", "--project", "other.json").err()).contains("there is no /src/other.json");
        assertThat(build("types").err()).contains("no index.ts and no src/index.ts in /src", "polyfn-build src/app.ts");
        assertThat(build("no-lock").err()).contains("package-lock.json", "npm install");
        assertThat(build("language", "--minify").err()).contains("--minify", "--external package");
    }

    private static Image.Exit build(String folder, String... arguments) {
        return IMAGE.exitOn(Typescript.folder(folder), command(arguments));
    }

    private static String[] command(String... arguments) {
        var command = new String[arguments.length + 1];
        command[0] = "polyfn-build";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return command;
    }
}
