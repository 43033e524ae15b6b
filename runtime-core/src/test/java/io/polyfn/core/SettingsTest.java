package io.polyfn.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.platform.ControlSettings;
import io.polyfn.core.platform.EffectiveSetting;
import io.polyfn.core.platform.InvocationSettings;
import io.polyfn.core.platform.LinkType;
import io.polyfn.core.platform.Platform;
import io.polyfn.core.platform.PlatformEnvironment;
import io.polyfn.core.platform.PoolSettings;
import io.polyfn.core.platform.WorkerSettings;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static final long MEGABYTE = 1024 * 1024;

    @Test
    void everythingHasItsDefault() {
        Settings settings = read(Map.of());

        assertThat(settings.platform()).isEqualTo(Platform.LOCAL);
        assertThat(settings.markers()).isTrue();
        assertThat(settings.invocation())
                .isEqualTo(new InvocationSettings(
                        9000, null, 32 * MEGABYTE, Long.MAX_VALUE, 0, 0, Duration.ofSeconds(30), false));
        assertThat(settings.worker())
                .isEqualTo(new WorkerSettings(
                        Duration.ofSeconds(120),
                        null,
                        null,
                        Duration.ZERO,
                        Duration.ofSeconds(9),
                        PoolSettings.ONE,
                        false));
        assertThat(settings.control()).isEqualTo(new ControlSettings(true, 9001, true));
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void everythingCanBeSet() {
        Settings settings = read(Map.ofEntries(
                Map.entry("POLYFN_PORT", "8080"),
                Map.entry("POLYFN_PLATFORM", "knative"),
                Map.entry("POLYFN_TIMEOUT", "90s"),
                Map.entry("POLYFN_MAX_EVENT_SIZE", "1M"),
                Map.entry("POLYFN_MAX_BODY_SIZE", "2M"),
                Map.entry("POLYFN_CONCURRENCY", "10"),
                Map.entry("POLYFN_QUEUE", "20"),
                Map.entry("POLYFN_CALLER_TIMEOUT", "5s"),
                Map.entry("POLYFN_CLOUDEVENTS", "on"),
                Map.entry("POLYFN_START_TIMEOUT", "500ms"),
                Map.entry("POLYFN_LINK", "pull"),
                Map.entry("POLYFN_WORKER_PORT", "8081"),
                Map.entry("POLYFN_WORKERS", "1"),
                Map.entry("POLYFN_WORKER_MAX_REQUESTS", "1000"),
                Map.entry("POLYFN_WORKER_MAX_MEMORY", "256M"),
                Map.entry("POLYFN_DRAIN_DELAY", "5s"),
                Map.entry("POLYFN_GRACE", "2m"),
                Map.entry("POLYFN_MARKERS", "on"),
                Map.entry("POLYFN_MANAGEMENT", "off"),
                Map.entry("POLYFN_MANAGEMENT_PORT", "9091"),
                Map.entry("POLYFN_CONSOLE", "on")));

        assertThat(settings.platform()).isEqualTo(Platform.KNATIVE);
        assertThat(settings.markers()).isTrue();
        assertThat(settings.invocation())
                .isEqualTo(new InvocationSettings(
                        8080, Duration.ofSeconds(90), MEGABYTE, 2 * MEGABYTE, 10, 20, Duration.ofSeconds(5), true));
        assertThat(settings.worker())
                .isEqualTo(new WorkerSettings(
                        Duration.ofMillis(500),
                        LinkType.PULL,
                        8081,
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(2),
                        new PoolSettings(1, 1000, 256 * MEGABYTE),
                        false));
        assertThat(settings.control()).isEqualTo(new ControlSettings(false, 9091, true));
    }

    /** Contract 5.1.11. */
    @ParameterizedTest
    @CsvSource({"local,1,true", "local,0,false", "local,2,false", "fc3,1,false", "fc2,1,false", "kubernetes,1,false"})
    void theLogOfAnInvocationIsKeptLocallyWithOneAtATime(String platform, String concurrency, boolean kept) {
        Settings settings = read(Map.of("POLYFN_PLATFORM", platform, "POLYFN_CONCURRENCY", concurrency));

        assertThat(settings.worker().logTail()).isEqualTo(kept);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "undefined"})
    void withoutAValueASettingHasItsDefault(String nothing) {
        Map<String, String> environment = new TreeMap<>();
        Setting.ALL.forEach(setting -> environment.put(setting.name(), nothing));

        assertThat(read(environment)).isEqualTo(read(Map.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "fc3,           false, false, false",
        "fc2,           true,  false, false",
        "lambda,        false, false, false",
        "scf,           false, false, false",
        "functiongraph, false, false, false",
        "knative,       false, true,  false",
        "kubernetes,    false, true,  false",
        "local,         true,  true,  true"
    })
    void thePlatformDecidesWhatIsAutomatic(String platform, boolean markers, boolean management, boolean console) {
        Settings settings = read(Map.of("POLYFN_PLATFORM", platform));

        assertThat(settings.markers()).isEqualTo(markers);
        assertThat(settings.control()).isEqualTo(new ControlSettings(management, 9001, console));
    }

    @Test
    void theUserDecidesFirst() {
        Settings off = read(Map.of("POLYFN_MARKERS", "off", "POLYFN_MANAGEMENT", "off", "POLYFN_CONSOLE", "off"));
        Settings on = read(Map.of(
                "POLYFN_PLATFORM", "fc3", "POLYFN_MARKERS", "on", "POLYFN_MANAGEMENT", "on", "POLYFN_CONSOLE", "on"));

        assertThat(off.markers()).isFalse();
        assertThat(off.control()).isEqualTo(new ControlSettings(false, 9001, false));
        assertThat(on.markers()).isTrue();
        assertThat(on.control()).isEqualTo(new ControlSettings(true, 9001, true));
    }

    @ParameterizedTest
    @CsvSource({"event, true", "http, false", "fetch, false"})
    void theSignatureOfEventsSwitchesCloudEventsOn(String signature, boolean cloudEvents) {
        assertThat(read(Map.of("POLYFN_SIGNATURE", signature)).invocation().cloudEvents())
                .isEqualTo(cloudEvents);
    }

    @Test
    void everySettingIsListedWithItsSource() {
        Settings settings = read(Map.of(
                "FC_INSTANCE_ID", "c-1",
                "FC_CUSTOM_LISTEN_PORT", "8080",
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret",
                "POLYFN_TIMEOUT", "30s",
                "POLYFN_CONSOLE", "off"));

        assertThat(settings.effective())
                .containsExactlyInAnyOrder(
                        new EffectiveSetting("POLYFN_PORT", "8080", "FC_CUSTOM_LISTEN_PORT"),
                        new EffectiveSetting("POLYFN_PLATFORM", "fc3", "detected"),
                        new EffectiveSetting("POLYFN_TIMEOUT", "30s", "environment"),
                        new EffectiveSetting("POLYFN_MAX_EVENT_SIZE", "32M", "default"),
                        new EffectiveSetting("POLYFN_MAX_BODY_SIZE", "none", "default"),
                        new EffectiveSetting("POLYFN_CONCURRENCY", "0", "default"),
                        new EffectiveSetting("POLYFN_QUEUE", "0", "default"),
                        new EffectiveSetting("POLYFN_CALLER_TIMEOUT", "30s", "default"),
                        new EffectiveSetting("POLYFN_CLOUDEVENTS", "off", "default"),
                        new EffectiveSetting("POLYFN_WORKERS", "1", "default"),
                        new EffectiveSetting("POLYFN_WORKER_MAX_REQUESTS", "0", "default"),
                        new EffectiveSetting("POLYFN_WORKER_MAX_MEMORY", "none", "default"),
                        new EffectiveSetting("POLYFN_START_TIMEOUT", "120s", "default"),
                        new EffectiveSetting("POLYFN_LINK", "none", "default"),
                        new EffectiveSetting("POLYFN_WORKER_PORT", "none", "default"),
                        new EffectiveSetting("POLYFN_DRAIN_DELAY", "0", "default"),
                        new EffectiveSetting("POLYFN_GRACE", "9s", "default"),
                        new EffectiveSetting("POLYFN_MARKERS", "off", "platform fc3"),
                        new EffectiveSetting("POLYFN_MANAGEMENT", "off", "platform fc3"),
                        new EffectiveSetting("POLYFN_MANAGEMENT_PORT", "9001", "default"),
                        new EffectiveSetting("POLYFN_CONSOLE", "off", "environment"),
                        new EffectiveSetting("POLYFN_SIGNATURE", "none", "default"));
    }

    @Test
    void theSourceOfThePortCanBeTheSettingOrThePlatform() {
        assertThat(read(Map.of("POLYFN_PORT", "1", "PORT", "2")).effective())
                .contains(new EffectiveSetting("POLYFN_PORT", "1", "environment"));
        assertThat(read(Map.of("POLYFN_PLATFORM", "functiongraph")).effective())
                .contains(
                        new EffectiveSetting("POLYFN_PORT", "8000", "platform functiongraph"),
                        new EffectiveSetting("POLYFN_PLATFORM", "functiongraph", "environment"));
    }

    private static Settings read(Map<String, String> environment) {
        return Settings.read(new PlatformEnvironment(environment));
    }
}
