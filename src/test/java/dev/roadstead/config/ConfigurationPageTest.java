package dev.roadstead.config;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.constraints.NotNull;
import java.io.IOException;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DefaultValue;

class ConfigurationPageTest {
    private static final Path PAGE = Path.of("docs/configuration.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(roadstead\\.[^`]+)` \\| `?([^`|]+?)`? \\|");

    @Test
    void thePageNamesEveryKeyWithItsDefaultAndNoOther() throws IOException {
        Map<String, String> told = ROW.matcher(Files.readString(PAGE))
                .results()
                .collect(Collectors.toMap(
                        row -> row.group(1),
                        (MatchResult row) -> row.group(2),
                        (one, two) -> "named twice",
                        TreeMap::new));
        Map<String, String> keys = new TreeMap<>();
        collect("roadstead", RoadsteadProperties.class, keys);
        assertThat(told).isEqualTo(keys);
    }

    private static void collect(String prefix, Class<?> properties, Map<String, String> keys) {
        for (RecordComponent component : properties.getRecordComponents()) {
            String key = "%s.%s".formatted(prefix, kebab(component.getName()));
            Type type = component.getGenericType();
            if (type instanceof ParameterizedType map && map.getRawType() == Map.class) {
                String entry = component.getName().equals("registries") ? ".<host>" : ".<name>";
                collect(key + entry, (Class<?>) map.getActualTypeArguments()[1], keys);
            } else if (type instanceof Class<?> nested && nested.getEnclosingClass() == RoadsteadProperties.class) {
                collect(key, nested, keys);
            } else {
                keys.put(key, defaultOf(properties, component));
            }
        }
    }

    /** The annotations of Spring and of validation stand on the constructor's parameters only. */
    private static String defaultOf(Class<?> properties, RecordComponent component) {
        Parameter parameter = Arrays.stream(properties.getDeclaredConstructors()[0].getParameters())
                .filter(candidate -> candidate.getName().equals(component.getName()))
                .findFirst()
                .orElseThrow();
        DefaultValue value = parameter.getAnnotation(DefaultValue.class);
        if (value != null) {
            return value.value().length == 0 ? "none" : String.join(",", value.value());
        }
        return parameter.isAnnotationPresent(NotNull.class) ? "required" : "none";
    }

    private static String kebab(String camel) {
        return camel.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
