package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The log markers, in the environment of each platform (contract 12.1): a platform that prints them itself would show them twice. */
class MarkersIT {
    private static final String FC = "FC_ACCOUNT_ID=1 FC_REGION=cn-hangzhou FC_FUNCTION_NAME=f FC_INSTANCE_ID=c-1"
            + " FC_FUNCTION_HANDLER=index.handler FC_FUNCTION_MEMORY_SIZE=512 ";

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "fc3,           false, " + FC,
        "fc2,           true,  " + FC + "FC_SERVICE_NAME=s FC_QUALIFIER=LATEST",
        "lambda,        false, AWS_EXECUTION_ENV=AWS_Lambda_provided.al2023",
        "scf,           false, SCF_FUNCTIONNAME=f",
        "functiongraph, false, RUNTIME_FUNC_NAME=f",
        "knative,       false, K_SERVICE=s K_REVISION=s-1 KUBERNETES_SERVICE_HOST=10.0.0.1",
        "kubernetes,    false, KUBERNETES_SERVICE_HOST=10.0.0.1",
        "local,         true,  HOME=/tmp",
    })
    void thePlatformDecidesWhetherTheyArePrinted(String platform, boolean printed, String variables) {
        CoreProcess.Setup setup = cores.with("events.js").env("QUARKUS_LOG_CATEGORY__IO_POLYFN__LEVEL", "DEBUG");
        for (String variable : variables.split(" ", -1)) {
            int is = variable.indexOf('=');
            setup.env(variable.substring(0, is), variable.substring(is + 1));
        }
        CoreProcess core = setup.start().listening();

        assertThat(core.invoke("event").status()).isEqualTo(200);
        assertThat(core.get("/").status()).isEqualTo(200);

        core.awaitStderr("DEBUG polyfn: platform " + platform);
        assertThat(core.stdout().lines().filter(line -> line.startsWith("FC Invoke ")))
                .hasSize(printed ? 4 : 0);
        assertThat(core.stop().code()).isZero();
        assertThat(core.stdout().contains("FC ")).isEqualTo(printed);
    }
}
