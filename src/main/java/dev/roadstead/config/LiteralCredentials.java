package dev.roadstead.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;

/**
 * Takes {@code APP_USER} and {@code APP_PASS} as they are, as long as {@code roadstead.security} says nothing else: what looks like a
 * placeholder in a password is part of it, and must not end up in the message that it cannot be resolved.
 */
public final class LiteralCredentials implements EnvironmentPostProcessor, Ordered {
    @Override
    public int getOrder() {
        // After every file is read.
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        Map<String, Object> given = new LinkedHashMap<>();
        put(given, "roadstead.security.user", raw(environment, "APP_USER"));
        put(given, "roadstead.security.password", raw(environment, "APP_PASS"));
        environment.getPropertySources().addLast(new MapPropertySource("literal-credentials", given));
    }

    private static void put(Map<String, Object> given, String key, @Nullable String value) {
        if (value != null) {
            // Escaped so that Spring's resolution of placeholders restores what it was.
            given.put(key, value.replace("${", "\\${"));
        }
    }

    private static @Nullable String raw(ConfigurableEnvironment environment, String name) {
        for (PropertySource<?> source : environment.getPropertySources()) {
            Object value = source.getProperty(name);
            if (value != null) {
                return value.toString();
            }
        }
        return null;
    }
}
