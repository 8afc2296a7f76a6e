package dev.roadstead.config;

import io.github.cdimascio.dotenv.Dotenv;
import io.github.cdimascio.dotenv.DotenvEntry;
import io.github.cdimascio.dotenv.DotenvException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Reads the {@code .env} beside the process, if there is one, as if its lines were environment variables; real ones win. */
public final class DotEnvFile implements EnvironmentPostProcessor, Ordered {
    /** With this ending Spring Boot maps {@code ROADSTEAD_SECURITY_USER} as it does for real variables. */
    private static final String SOURCE = "dotenv-" + StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;

    private final Path file;

    public DotEnvFile() {
        this(Path.of(".env"));
    }

    DotEnvFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    @Override
    public int getOrder() {
        // Before the configuration files are chosen: SPRING_PROFILES_ACTIVE may stand in .env.
        return ConfigDataEnvironmentPostProcessor.ORDER - 1;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        if (Files.notExists(file)) {
            return;
        }
        Map<String, Object> variables = new LinkedHashMap<>();
        for (DotenvEntry entry : read().entries(Dotenv.Filter.DECLARED_IN_ENV_FILE)) {
            variables.put(entry.getKey(), unquoted(entry.getValue()));
        }
        environment
                .getPropertySources()
                .addAfter(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(SOURCE, variables));
    }

    /** The library takes off double quotes only; shells and Compose know single ones too. */
    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("'") && value.endsWith("'");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private Dotenv read() {
        try {
            return Dotenv.configure()
                    .directory(String.valueOf(file.getParent()))
                    .filename(String.valueOf(file.getFileName()))
                    .load();
        } catch (DotenvException failure) {
            throw new SettingsException(file.toString(), problem(failure), null);
        }
    }

    /** The library's message quotes the line, and that may hold a password: name its number instead. */
    private String problem(DotenvException failure) {
        try {
            List<String> lines = Files.readAllLines(file);
            String message = String.valueOf(failure.getMessage());
            for (int i = 0; i < lines.size(); i++) {
                if (!lines.get(i).isBlank() && message.contains(lines.get(i).trim())) {
                    return "line %d cannot be read (expected: NAME=value)".formatted(i + 1);
                }
            }
            return "cannot be read (expected: lines of NAME=value)";
        } catch (IOException unreadable) {
            return "cannot be read: %s".formatted(unreadable.getClass().getSimpleName());
        }
    }
}
