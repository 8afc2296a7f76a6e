package dev.roadstead.config;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineRegistry;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/** Tells whoever started the gateway where it is, how to get in, and what it found. To the console, not into the log. */
final class StartupSummary implements ApplicationListener<ApplicationReadyEvent> {
    private final InitialCredentials credentials;
    private final EngineRegistry registry;
    private final List<String> notes;
    private final PrintStream out;

    StartupSummary(InitialCredentials credentials, EngineRegistry registry, List<String> notes, PrintStream out) {
        this.credentials = credentials;
        this.registry = registry;
        this.notes = notes;
        this.out = out;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        lines(event.getApplicationContext().getEnvironment()).forEach(out::println);
        out.flush();
    }

    /** The summary; the only place that ever tells a generated password. */
    List<String> lines(Environment environment) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("Roadstead is ready.");
        lines.add("  try it      %s/swagger-ui.html".formatted(base(environment)));
        lines.add("  user        %s".formatted(credentials.user()));
        if (credentials.generated()) {
            lines.add("  password    %s   (generated, shown only now)".formatted(credentials.password()));
        }
        if (registry.all().isEmpty()) {
            lines.add("  engines     none");
        }
        String label = "engines";
        for (Engine engine : registry.all()) {
            lines.add("  %-11s %s: %s at %s%s"
                    .formatted(
                            label,
                            engine.name(),
                            engine.kind().word(),
                            engine.endpoint(),
                            engine.equals(registry.defaultEngine()) ? " (default)" : ""));
            label = "";
        }
        notes.forEach(note -> lines.add("  note        %s".formatted(note)));
        if (credentials.generated()) {
            String refused = LoopbackUntilCredentials.refused(environment);
            lines.add(
                    "  note        only this machine is served%s: set APP_USER and APP_PASS to be reachable from others"
                            .formatted(refused == null ? "" : ", not %s".formatted(refused)));
        }
        lines.add("");
        return lines;
    }

    private static String base(Environment environment) {
        boolean tls = environment.getProperty("server.ssl.bundle") != null
                || environment.getProperty("server.ssl.key-store") != null
                || environment.getProperty("server.ssl.certificate") != null;
        String port = environment.getProperty("local.server.port", environment.getProperty("server.port", "8080"));
        return "%s://%s:%s%s"
                .formatted(
                        tls ? "https" : "http",
                        host(environment.getProperty("server.address")),
                        port,
                        environment.getProperty("spring.webflux.base-path", ""));
    }

    private static String host(@Nullable String address) {
        if (address == null || address.isBlank() || address.equals("0.0.0.0") || address.equals("::")) {
            return "localhost";
        }
        return address.contains(":") ? "[%s]".formatted(address) : address;
    }
}
