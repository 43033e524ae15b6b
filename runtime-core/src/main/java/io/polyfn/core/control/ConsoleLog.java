package io.polyfn.core.control;

import io.polyfn.core.platform.PlatformEnvironment;
import io.quarkus.bootstrap.logging.InitialConfigurator;
import java.util.Locale;
import java.util.logging.Handler;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.ConsoleHandler;

/** The log where Quarkus is not started: the same lines on standard error, those that were kept since the start included. */
public final class ConsoleLog {
    /** As {@code quarkus.log.console.format} has it. */
    static final String FORMAT = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5p polyfn: %s%e%n";

    /** Quarkus's own variable for the core's lines. */
    private static final String LEVEL = "QUARKUS_LOG_CATEGORY__IO_POLYFN__LEVEL";

    private ConsoleLog() {}

    public static void open(PlatformEnvironment environment) {
        ConsoleHandler console = new ConsoleHandler(ConsoleHandler.Target.SYSTEM_ERR, new PatternFormatter(FORMAT));
        LogContext.getLogContext().getLogger("").setLevel(Level.INFO);
        String level = environment.get(LEVEL);
        if (level != null) {
            LogContext.getLogContext().getLogger("io.polyfn").setLevel(level(level));
        }
        InitialConfigurator.DELAYED_HANDLER.setHandlers(new Handler[] {console});
    }

    private static java.util.logging.Level level(String name) {
        try {
            return LogContext.getLogContext().getLevelForName(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            return Level.INFO;
        }
    }
}
