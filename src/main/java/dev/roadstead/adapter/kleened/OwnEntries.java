package dev.roadstead.adapter.kleened;

import dev.roadstead.container.Labels;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the gateway keeps in a container's environment, since Kleened keeps nothing else of ours: the cuid, all other labels, and how many
 * words of the command are the entrypoint. It is never told as the container's environment.
 */
final class OwnEntries {
    private static final String CUID = "ROADSTEAD_CUID";
    private static final String LABELS = "ROADSTEAD_LABELS";
    private static final String ENTRYPOINT = "ROADSTEAD_ENTRYPOINT";

    /** Variables of these names are ours. */
    static final Set<String> NAMES = Set.of(CUID, LABELS, ENTRYPOINT);

    /** The space for arguments and environment is limited, and every process of the container pays for it. */
    static final int MOST_BYTES = 8 * 1024;

    private static final TypeReference<Map<String, String>> STRINGS = new TypeReference<>() {};

    private OwnEntries() {}

    /** The entries for these labels.
     *
     * @throws IllegalArgumentException if they are too large
     */
    static List<String> of(JsonMapper json, Map<String, String> labels, int entrypoint) {
        List<String> entries = new ArrayList<>();
        Map<String, String> others = new LinkedHashMap<>(labels);
        String cuid = others.remove(Labels.CUID);
        if (cuid != null) {
            entries.add(CUID + '=' + cuid);
        }
        if (!others.isEmpty()) {
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(json.writeValueAsBytes(others));
            if (text.length() > MOST_BYTES) {
                throw new IllegalArgumentException("labels and tags: %d bytes (expected: at most %d in the environment)"
                        .formatted(text.length(), MOST_BYTES));
            }
            entries.add(LABELS + '=' + text);
        }
        if (entrypoint > 0) {
            entries.add(ENTRYPOINT + '=' + entrypoint);
        }
        return entries;
    }

    /** The labels in an environment; what is not readable is none. */
    static Map<String, String> labels(JsonMapper json, @Nullable List<String> env) {
        Map<String, String> all = variables(env);
        Map<String, String> labels = new LinkedHashMap<>();
        String encoded = all.get(LABELS);
        if (encoded != null) {
            try {
                Map<String, String> others =
                        json.readValue(Base64.getUrlDecoder().decode(encoded), STRINGS);
                if (others != null) {
                    labels.putAll(others);
                }
            } catch (JacksonException | IllegalArgumentException spoilt) {
                // Somebody else wrote it: the container has no labels then.
                labels.clear();
            }
        }
        String cuid = all.get(CUID);
        if (cuid != null) {
            labels.put(Labels.CUID, cuid);
        }
        return labels;
    }

    /** How many words of the command are the entrypoint. */
    static int entrypoint(@Nullable List<String> env) {
        String words = variables(env).get(ENTRYPOINT);
        try {
            return words == null ? 0 : Math.max(0, Integer.parseInt(words));
        } catch (NumberFormatException spoilt) {
            return 0;
        }
    }

    /** The container's own variables: neither the gateway's nor what merely comes from the image. */
    static Map<String, String> env(@Nullable List<String> env, @Nullable List<String> image) {
        Map<String, String> own = variables(env);
        own.keySet().removeAll(NAMES);
        variables(image).forEach(own::remove);
        return own;
    }

    /** An environment as variables; an entry without {@code =} is passed over. */
    static Map<String, String> variables(@Nullable List<String> env) {
        Map<String, String> variables = new LinkedHashMap<>();
        if (env != null) {
            for (String entry : env) {
                int equals = entry.indexOf('=');
                if (equals > 0) {
                    variables.put(entry.substring(0, equals), entry.substring(equals + 1));
                }
            }
        }
        return variables;
    }
}
