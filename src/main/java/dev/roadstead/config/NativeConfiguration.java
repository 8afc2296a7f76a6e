package dev.roadstead.config;

import dev.roadstead.catalog.ShippedCatalogs;
import dev.roadstead.config.RoadsteadProperties.NativeAccessProperties;
import dev.roadstead.engine.EngineName;
import dev.roadstead.nativeaccess.NativeOperations;
import dev.roadstead.nativeaccess.NativeRules;
import dev.roadstead.nativeaccess.NativeRules.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Engines' own APIs. */
@Configuration(proxyBeanMethods = false)
class NativeConfiguration {
    @Bean
    NativeOperations nativeOperations(RoadsteadProperties properties) {
        Map<EngineName, NativeRules> rules = new HashMap<>();
        properties.engines().forEach((name, engine) -> rules.put(name, rules(name, engine.nativeAccess())));
        return new NativeOperations(new ShippedCatalogs(), rules);
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
