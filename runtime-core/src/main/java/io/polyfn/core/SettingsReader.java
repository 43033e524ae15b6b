package io.polyfn.core;

import io.polyfn.core.platform.AutoSwitch;
import io.polyfn.core.platform.EffectiveSetting;
import io.polyfn.core.platform.PlatformEnvironment;
import io.polyfn.core.platform.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads one setting after the other, and notes where each came from and which are wrong. */
final class SettingsReader {
    private static final String ENVIRONMENT = "environment";

    private final PlatformEnvironment environment;
    private final List<EffectiveSetting> effective = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    SettingsReader(PlatformEnvironment environment) {
        this.environment = environment;
    }

    /** The value, or else the default; null if there is neither. */
    <T> @Nullable T optional(Setting<T> setting) {
        String otherwise = setting.otherwise() == null ? "none" : setting.otherwise();
        note(setting, environment.get(setting.name(), otherwise), "default");
        return value(setting);
    }

    /** The value of a setting that has a default. */
    <T> T required(Setting<T> setting) {
        return Objects.requireNonNull(optional(setting), setting.name());
    }

    /** The value of a setting that has a default, and whose effective value is noted by somebody else. */
    <T> T unnoted(Setting<T> setting) {
        return Objects.requireNonNull(value(setting), setting.name());
    }

    /**
     * Whether a switch is on.
     *
     * @param automatic whether it is on where the user leaves that to the platform
     * @param source of that decision
     */
    boolean automatic(Setting<AutoSwitch> setting, boolean automatic, String source) {
        AutoSwitch value = unnoted(setting);
        boolean on = value.isOn(automatic);
        String word = on ? "on" : "off";
        if (value == AutoSwitch.AUTO) {
            effective.add(new EffectiveSetting(setting.name(), word, source));
        } else {
            note(setting, word, source);
        }
        return on;
    }

    /** Checks a setting that only the workers use. */
    void check(Setting<?> setting) {
        value(setting);
    }

    /** The result of a rule of its own for variables; {@code otherwise} if one of them is wrong. */
    <T> T rule(Supplier<T> rule, T otherwise) {
        try {
            return rule.get();
        } catch (IllegalArgumentException e) {
            wrong(e);
            return otherwise;
        }
    }

    /** Notes an effective value, whose source is {@code otherwise} if the user did not set it. */
    void note(Setting<?> setting, String value, String otherwise) {
        effective.add(
                new EffectiveSetting(setting.name(), value, environment.has(setting.name()) ? ENVIRONMENT : otherwise));
    }

    /**
     * All that was read.
     *
     * @throws InvalidSettings if a value was wrong
     */
    List<EffectiveSetting> effective() {
        if (!problems.isEmpty()) {
            throw new InvalidSettings(problems);
        }
        return List.copyOf(effective);
    }

    private <T> @Nullable T value(Setting<T> setting) {
        String value = environment.get(setting.name());
        if (value != null) {
            try {
                return Values.parse(setting.name(), value, setting.form());
            } catch (IllegalArgumentException e) {
                wrong(e);
            }
        }
        String otherwise = setting.otherwise();
        return otherwise == null ? null : setting.form().apply(otherwise);
    }

    private void wrong(IllegalArgumentException e) {
        problems.add(Objects.requireNonNull(e.getMessage()));
    }
}
