package io.polyfn.core;

import io.polyfn.core.platform.Cgroup;
import io.polyfn.core.platform.ControlSettings;
import io.polyfn.core.platform.EffectiveSetting;
import io.polyfn.core.platform.InvocationSettings;
import io.polyfn.core.platform.ListenPort;
import io.polyfn.core.platform.Platform;
import io.polyfn.core.platform.PlatformEnvironment;
import io.polyfn.core.platform.PoolSettings;
import io.polyfn.core.platform.WorkerSettings;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All settings, read once at startup.
 *
 * @param markers whether the core prints the log markers
 * @param effective each setting with its value and source; never credentials
 * @param warnings one for each unknown variable that looks like a setting
 */
public record Settings(
        Platform platform,
        boolean markers,
        InvocationSettings invocation,
        WorkerSettings worker,
        ControlSettings control,
        List<EffectiveSetting> effective,
        List<String> warnings) {
    /**
     * Reads and checks the settings.
     *
     * @throws IllegalArgumentException if values are wrong, with all of them
     */
    public static Settings read(PlatformEnvironment environment) {
        SettingsReader reader = new SettingsReader(environment);
        Platform platform = reader.rule(() -> Platform.detect(environment), Platform.LOCAL);
        reader.note(Setting.PLATFORM, platform.label(), "detected");
        String source = "platform " + platform.label();
        boolean markers = reader.automatic(Setting.MARKERS, platform.needsMarkers(), source);
        InvocationSettings invocation = invocation(reader, environment, platform);
        // With more than one invocation at a time, nobody knows whose lines they are.
        WorkerSettings worker = worker(reader, platform.lacksLogTail() && invocation.concurrency() == 1);
        ControlSettings control = control(reader, platform, source);
        return new Settings(
                platform,
                markers,
                invocation,
                worker,
                control,
                reader.effective(),
                UnknownSettings.warnings(environment));
    }

    private static InvocationSettings invocation(
            SettingsReader reader, PlatformEnvironment environment, Platform platform) {
        ListenPort port = reader.rule(() -> ListenPort.choose(environment, platform), new ListenPort(0, ""));
        reader.note(Setting.PORT, Integer.toString(port.port()), port.source());
        return new InvocationSettings(
                port.port(),
                reader.optional(Setting.TIMEOUT),
                reader.required(Setting.MAX_EVENT_SIZE),
                Objects.requireNonNullElse(reader.optional(Setting.MAX_BODY_SIZE), Long.MAX_VALUE),
                reader.required(Setting.CONCURRENCY),
                reader.required(Setting.QUEUE),
                reader.required(Setting.CALLER_TIMEOUT),
                cloudEvents(reader));
    }

    /** A function with the signature of events takes CloudEvents as such. */
    private static boolean cloudEvents(SettingsReader reader) {
        boolean switchedOn = reader.required(Setting.CLOUDEVENTS) == Setting.Switch.ON;
        return reader.optional(Setting.SIGNATURE) == Setting.Signature.EVENT || switchedOn;
    }

    private static WorkerSettings worker(SettingsReader reader, boolean logTail) {
        reader.check(Setting.HANDLER);
        Integer port = reader.optional(Setting.WORKER_PORT);
        return new WorkerSettings(
                reader.required(Setting.START_TIMEOUT),
                reader.optional(Setting.LINK),
                port,
                reader.required(Setting.DRAIN_DELAY),
                reader.required(Setting.GRACE),
                pool(reader, port),
                logTail);
    }

    private static PoolSettings pool(SettingsReader reader, @Nullable Integer port) {
        long maxMemory = Objects.requireNonNullElse(reader.optional(Setting.WORKER_MAX_MEMORY), 0L);
        int workers = reader.rule(
                () -> WorkerCount.of(reader.unnoted(Setting.WORKERS), port, maxMemory, Cgroup.memoryLimit()), 1);
        reader.note(Setting.WORKERS, Integer.toString(workers), "default");
        return new PoolSettings(workers, reader.required(Setting.WORKER_MAX_REQUESTS), maxMemory);
    }

    private static ControlSettings control(SettingsReader reader, Platform platform, String source) {
        return new ControlSettings(
                reader.automatic(Setting.MANAGEMENT, platform.exposesManagement(), source),
                reader.required(Setting.MANAGEMENT_PORT),
                reader.automatic(Setting.CONSOLE, platform == Platform.LOCAL, source));
    }
}
