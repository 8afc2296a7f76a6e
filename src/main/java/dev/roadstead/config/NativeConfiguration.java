package dev.roadstead.config;

import dev.roadstead.catalog.Catalog;
import dev.roadstead.catalog.ShippedCatalogs;
import dev.roadstead.catalog.SpecificationReader;
import dev.roadstead.config.RoadsteadProperties.EngineProperties;
import dev.roadstead.config.RoadsteadProperties.NativeAccessProperties;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.nativeaccess.NativeOperations;
import dev.roadstead.nativeaccess.NativeRules;
import dev.roadstead.nativeaccess.NativeRules.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Engines' own APIs. */
@Configuration(proxyBeanMethods = false)
class NativeConfiguration {
    @Bean
    NativeOperations nativeOperations(RoadsteadProperties properties) {
        Map<EngineName, NativeRules> rules = new HashMap<>();
        properties.engines().forEach((name, engine) -> rules.put(name, rules(name, engine.nativeAccess())));
        Map<EngineName, Catalog> own = new HashMap<>();
        properties.engines().forEach((name, engine) -> {
            Catalog described = described("roadstead.engines.%s.spec".formatted(name), engine);
            if (described != null) {
                own.put(name, described);
            }
        });
        return new NativeOperations(new ShippedCatalogs(), own, rules);
    }

    private static @Nullable Catalog described(String key, EngineProperties engine) {
        Path file = engine.spec();
        if ((engine.kind() == EngineKind.OPENAPI) != (file != null)) {
            throw new SettingsException(
                    key,
                    file == null
                            ? "is missing (expected: the file of the engine's API description)"
                            : "%s (expected: only with the kind openapi)".formatted(file),
                    null);
        }
        if (file == null) {
            return null;
        }
        try {
            Catalog catalog = new SpecificationReader().read(Files.readString(file));
            if (catalog.operations().isEmpty()) {
                throw new IllegalArgumentException("it describes no operation");
            }
            return catalog;
        } catch (IOException unreadable) {
            throw new SettingsException(key, "%s cannot be read: %s".formatted(file, unreadable), unreadable);
        } catch (IllegalArgumentException senseless) {
            throw new SettingsException(key, "%s: %s".formatted(file, senseless.getMessage()), senseless);
        }
    }

    private static NativeRules rules(EngineName name, NativeAccessProperties given) {
        String key = "roadstead.engines.%s.native-access.".formatted(name);
        return new NativeRules(
                given.profile(), parsed(key + "allow", given.allow()), parsed(key + "deny", given.deny()));
    }

    private static List<Rule> parsed(String key, List<String> rules) {
        return rules.stream()
                .map(rule -> {
                    try {
                        return Rule.parse(rule);
                    } catch (IllegalArgumentException senseless) {
                        throw new SettingsException(key, String.valueOf(senseless.getMessage()), senseless);
                    }
                })
                .toList();
    }
}
