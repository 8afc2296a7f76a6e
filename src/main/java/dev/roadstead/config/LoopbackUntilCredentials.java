package dev.roadstead.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;

/** Serves only the loopback address as long as nobody chose a password, whatever {@code server.address} says. */
public final class LoopbackUntilCredentials implements EnvironmentPostProcessor, Ordered {
    private static final String SOURCE = "loopback-until-credentials";
    private static final String REFUSED = SOURCE + ".refused";
    private static final String LOOPBACK = "127.0.0.1";

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        String password = password(environment);
        if (password != null && !password.isEmpty()) {
            return;
        }
        Map<String, Object> forced = new LinkedHashMap<>();
        for (String server : new String[] {"server", "management.server"}) {
            String wanted = environment.getProperty(server + ".address");
            if (isLoopback(wanted)) {
                continue;
            }
            forced.put(server + ".address", LOOPBACK);
            if (wanted != null && !wanted.isBlank()) {
                forced.put(REFUSED, wanted);
            }
        }
        // An address of its own needs a port of its own; without one Spring refuses to start.
        if (environment.getProperty("management.server.port") == null) {
            forced.remove("management.server.address");
        }
        environment.getPropertySources().addFirst(new MapPropertySource(SOURCE, forced));
    }

    private static @Nullable String password(Environment environment) {
        try {
            return environment.getProperty("roadstead.security.password");
        } catch (IllegalArgumentException _) {
            // Its message quotes the password.
            throw new SettingsException(
                    "roadstead.security.password",
                    "a placeholder in it cannot be resolved (expected: \\${ where ${ itself is meant)",
                    null);
        }
    }

    /** The address that was wanted but is not served; null if none. */
    static @Nullable String refused(Environment environment) {
        return environment.getProperty(REFUSED);
    }

    private static boolean isLoopback(@Nullable String address) {
        if (address == null || address.isBlank()) {
            return false;
        }
        try {
            return InetAddress.getByName(address.trim()).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }
}
