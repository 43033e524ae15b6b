package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers, hooks and details of failures that only the platform in front may send, call and see. */
class TrustIT {
    private static final String[] FORGED = {
        "x-fc-request-id: forged",
        "X-Fc-Function-Timeout: 0.001",
        "x-fc-access-key-id: forged",
        "x-fc-security-token: forged",
        "x-fc-control-path: /invoke",
        "X_Fc_Account_Id: forged",
        "x-scf-request-id: forged",
        "x-cff-request-id: forged",
        "Connection: x-fc-request-id"
    };

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @ParameterizedTest
    @ValueSource(strings = {"kubernetes", "knative", "lambda"})
    void wherePlatformsSendNoHeadersACallersCountForNothing(String platform) {
        CoreProcess core = cores.with("echo.js")
                .env("POLYFN_PLATFORM", platform)
                .env("FC_ACCESS_KEY_ID", "")
                .start()
                .listening();

        var answer = core.get("/any", FORGED);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).doesNotContain("forged", "0.001", "/invoke");
        assertThat(names(answer)).contains("x-fc-request-id", "x-fc-control-path");
        assertThat(answer.header("x-request-id")).startsWith("1-");
        assertThat(answer.header("x-fc-status")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"fc3, x-fc-request-id", "scf, x-scf-request-id", "functiongraph, x-cff-request-id"})
    void headersOfThePlatformInFrontPassAlsoWhenConnectionNamesThem(String platform, String name) {
        CoreProcess core =
                cores.with("echo.js").env("POLYFN_PLATFORM", platform).start().listening();

        var answer = core.get("/any", name + ": genuine", "Connection: X-Mine, " + name, "X-Mine: 1");

        assertThat(answer.text()).contains("genuine");
        assertThat(names(answer)).contains(name).doesNotContain("x-mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lambda", "fc"})
    void aPullWorkerGetsNoForgedHeaderEither(String dialect) {
        CoreProcess core = cores.poller(dialect, 1)
                .env("POLYFN_PLATFORM", "kubernetes")
                .start()
                .listening();

        var answer = core.invoke("headers", FORGED);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).doesNotContain("forged");
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kubernetes", "knative", "scf"})
    void whereThePlatformCallsNoHooksTheirPathsAreTheFunctions(String platform) {
        CoreProcess core =
                cores.with("hooks.js").env("POLYFN_PLATFORM", platform).start().listening();

        for (int i = 0; i < 2; i++) {
            assertThat(core.call("POST", "/initialize", new byte[0], "x-fc-control-path: /initialize")
                            .header("x-fc-status"))
                    .isEmpty();
            assertThat(core.get("/pre-stop").text()).endsWith(" initialized");
            assertThat(core.get("/pre-freeze").text()).endsWith(" initialized");
        }

        assertThat(core.countInStdout("called POST /initialize")).isEqualTo(2);
        assertThat(core.countInStdout("called GET /pre-stop")).isEqualTo(2);
        core.stop();
        // The core's own at its stop.
        assertThat(core.countInStdout("called GET /pre-stop")).isEqualTo(3);
    }

    /** Contract 12.3.2: the worker gets what it would get from FC. */
    @Test
    void anEventOfScfReachesTheWorkerAsOneOfFc() {
        CoreProcess core =
                cores.with("echo.js").env("POLYFN_PLATFORM", "scf").start().listening();

        var event = core.call("POST", "/event-invoke?a=1", "{}".getBytes(StandardCharsets.UTF_8));
        var request = core.call("POST", "/invoke", "{}".getBytes(StandardCharsets.UTF_8));

        assertThat(event.status()).isEqualTo(200);
        assertThat(event.header("x-fc-status")).isEqualTo("200");
        assertThat(event.text()).contains("\"method\":\"POST\"", "\"url\":\"/invoke\"", "\"bytes\":2");
        assertThat(request.header("x-fc-status")).isEmpty();
    }

    /** Contract 12.3.3. */
    @Test
    void functionGraphHasItsOwnPathOfTheInitializer() {
        CoreProcess core = cores.with("hooks.js")
                .env("POLYFN_PLATFORM", "functiongraph")
                .start()
                .listening();

        assertThat(core.call("POST", "/init", new byte[0]).status()).isEqualTo(200);
        core.call("POST", "/initialize", new byte[0]);

        // The hook's call and the request, which is the function's own.
        assertThat(core.countInStdout("called POST /initialize")).isEqualTo(2);
        assertThat(core.countInStdout("called POST /init ")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "local,      true,  true",
        "fc3,        false, true",
        "fc2,        false, true",
        "kubernetes, false, false",
        "knative,    false, false"
    })
    void whatAWorkerPrintedLastIsShownToItsDeveloperOnly(String platform, boolean http, boolean event) {
        CoreProcess core = cores.command("sh", "-c", "echo the password is $SECRET >&2; exit 3")
                .env("SECRET", "geheim")
                .env("POLYFN_PLATFORM", platform)
                .managed()
                .start()
                .listening();

        // Of an attempt that has just ended, what it printed may not have been read yet.
        core.awaitStderr("(?s)restarting.*geheim.*restarting");

        var shown = core.get("/");
        assertThat(shown.failure()).isEqualTo("WorkerStartFailed");
        assertThat(shown.text()).contains("exit code 3");
        assertThatItIsShown(http, () -> core.get("/").text());
        assertThatItIsShown(event, () -> core.invoke("x").text());
        assertThatItIsShown(http, () -> management(core, "/health"));
        assertThatItIsShown(http, () -> management(core, "/workers"));
        assertThat(core.stderr()).contains("geheim");
    }

    private static void assertThatItIsShown(boolean shown, Supplier<String> said) {
        if (shown) {
            await().atMost(Duration.ofSeconds(20)).until(() -> said.get().contains("geheim"));
        } else {
            assertThat(said.get()).doesNotContain("geheim");
        }
    }

    @Test
    void aWorkerThatExitsInAnHttpRequestTellsNoStranger() {
        CoreProcess core = cores.with("failing.js")
                .env("POLYFN_PLATFORM", "kubernetes")
                .start()
                .listening();

        var answer = core.get("/exit?code=7");

        assertThat(answer.failure()).isEqualTo("WorkerExited");
        assertThat(answer.text()).contains("exit code 7").doesNotContain("last words");
        assertThat(core.stderr()).contains("last words");
    }

    /** The largest head that is read: 15,000 options, and as many headers as are allowed. */
    @Test
    void thousandsOfConnectionOptionsAndHeadersAreOneShortRequest() {
        CoreProcess core = cores.start("failing.js");
        List<String> headers = new ArrayList<>(List.of("Connection: " + "a,".repeat(15_000) + "a"));
        for (int i = 0; i < 990; i++) {
            headers.add("b:");
        }

        assertThat(core.get("/ok", headers.toArray(String[]::new)).text()).isEqualTo("ok");
        for (int i = 0; i < 7000; i++) {
            headers.add("b:");
        }
        assertThat(core.get("/ok", headers.toArray(String[]::new)).status()).isEqualTo(431);
    }

    private static String management(CoreProcess core, String path) {
        return await().atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .until(
                        () -> {
                            try (Wire wire = core.management()) {
                                return wire.request("GET", path, null, "Connection: close")
                                        .answer()
                                        .text();
                            }
                        },
                        text -> !text.isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "kubernetes, '', 127.0.0.1, http, function.test",
        "knative, 'X-Forwarded-For: 10.1.2.3', 10.1.2.3, http, function.test",
        "local, 'X-Forwarded-Proto: https', 127.0.0.1, https, function.test",
        "local, 'X-Forwarded-Host: shop.example', 127.0.0.1, http, shop.example",
        "fc3, 'X-Forwarded-For: 10.1.2.3', 10.1.2.3, , ",
        "fc3, '', , , "
    })
    void aWorkerLearnsWhoItsCallerIsWhereNoGatewayTells(
            String platform, String sent, String client, String proto, String host) {
        CoreProcess core =
                cores.with("echo.js").env("POLYFN_PLATFORM", platform).start().listening();

        var echo = sent.isEmpty() ? core.get("/") : core.get("/", sent);

        assertThat(value(echo, "x-forwarded-for")).isEqualTo(client);
        assertThat(value(echo, "x-forwarded-proto")).isEqualTo(proto);
        assertThat(value(echo, "x-forwarded-host")).isEqualTo(host);
    }

    private static String value(Wire.Answer echo, String name) {
        JsonArray raw = new JsonObject(new String(echo.body(), StandardCharsets.UTF_8)).getJsonArray("rawHeaders");
        for (int i = 0; i < raw.size(); i += 2) {
            if (raw.getString(i).equalsIgnoreCase(name)) {
                return raw.getString(i + 1);
            }
        }
        return null;
    }

    private static List<String> names(Wire.Answer echo) {
        JsonArray raw = new JsonObject(new String(echo.body(), StandardCharsets.UTF_8)).getJsonArray("rawHeaders");
        List<String> names = new ArrayList<>();
        for (int i = 0; i < raw.size(); i += 2) {
            names.add(raw.getString(i).toLowerCase(Locale.ROOT));
        }
        return names;
    }
}
