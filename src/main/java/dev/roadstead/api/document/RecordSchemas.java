package dev.roadstead.api.document;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads our records' schemas, and what the language already says of them: a component that is not {@code @Nullable} is always there. */
public final class RecordSchemas extends ModelResolver {
    private static final String NULL = "null";

    private final ObjectMapper names;

    public RecordSchemas(ObjectMapper names) {
        super(names);
        this.names = names;
        openapi31(true);
    }

    @Override
    @SuppressWarnings("rawtypes") // as declared by the library
    public @Nullable Schema resolve(AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        Schema<?> resolved = super.resolve(type, context, chain);
        JavaType java = names.constructType(type.getType());
        if (java.getRawClass().isRecord() && resolved != null) {
            Schema<?> definition = definition(resolved, context);
            if (definition != null && definition.getProperties() != null) {
                describe(definition, java.getRawClass());
                applyTypes(definition, java.getRawClass());
            }
        }
        return resolved;
    }

    private static @Nullable Schema<?> definition(Schema<?> resolved, ModelConverterContext context) {
        String reference = resolved.get$ref();
        if (reference != null) {
            return context.getDefinedModels().get(reference.substring(reference.lastIndexOf('/') + 1));
        }
        return resolved.getName() == null
                ? resolved
                : context.getDefinedModels().getOrDefault(resolved.getName(), resolved);
    }

    private void describe(Schema<?> definition, Class<?> type) {
        @SuppressWarnings("rawtypes")
        Map<String, Schema> properties = definition.getProperties();
        Set<String> required =
                new LinkedHashSet<>(definition.getRequired() == null ? List.of() : definition.getRequired());
        for (RecordComponent component : type.getRecordComponents()) {
            String name = nameOf(component);
            Schema<?> property = properties.get(name);
            if (property == null) {
                continue;
            }
            if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                required.add(name);
            } else if (!required.contains(name)) {
                properties.put(name, orNull(property));
            }
        }
        definition.setRequired(required.isEmpty() ? null : List.copyOf(required));
    }

    /** The library overlooks the types that a class declares: a record that is also read from a plain value has several. */
    private static void applyTypes(Schema<?> definition, Class<?> type) {
        io.swagger.v3.oas.annotations.media.Schema given =
                type.getAnnotation(io.swagger.v3.oas.annotations.media.Schema.class);
        if (given == null || given.types().length == 0) {
            return;
        }
        Set<String> types = new LinkedHashSet<>(List.of(given.types()));
        definition.setTypes(types);
        if (!types.contains("object")) {
            definition.setProperties(null);
            definition.setRequired(null);
        }
    }

    private String nameOf(RecordComponent component) {
        JsonProperty given = component.getAccessor().getAnnotation(JsonProperty.class);
        return given != null && !given.value().isEmpty()
                ? given.value()
                : component.getName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }

    private static Schema<?> orNull(Schema<?> property) {
        if (property.get$ref() != null) {
            Schema<Object> reference = new JsonSchema();
            reference.set$ref(property.get$ref());
            Schema<Object> nothing = new JsonSchema();
            nothing.addType(NULL);
            Schema<Object> either = new JsonSchema();
            either.setDescription(property.getDescription());
            either.setOneOf(List.of(reference, nothing));
            return either;
        }
        if (property.getTypes() != null) {
            property.addType(NULL);
        }
        return property;
    }
}
