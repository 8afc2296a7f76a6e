package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.Labels;
import dev.roadstead.engine.Capability;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the first process of an instance of an OCI image is (Incus API extension {@code instance_oci_entrypoint}): keys of the
 * configuration that the daemon fills from the image where the creator gave none. It knows entrypoint and command only as one. Pure.
 */
final class OciProcess {
    /** Incus 6.11. */
    static final String EXTENSION = "instance_oci_entrypoint";

    static final String ONLY_OF_OCI =
            "only containers of OCI images run what is asked for; others run the init of their image";
    static final String ONLY_WITH_ENTRYPOINT =
            "only together with entrypoint: the engine does not tell where the image's own entrypoint ends";
    static final String ONLY_NUMBERS = "only as uid:gid: the engine looks up no names";

    /** Where we keep how many words of the whole are the entrypoint: the rest is the command. */
    static final String ENTRYPOINT_WORDS = LxdMapping.LABEL + Labels.PREFIX + "entrypoint-words";

    private static final String WHOLE = "oci.entrypoint";
    private static final String FOLDER = "oci.cwd";
    private static final String UID = "oci.uid";
    private static final String GID = "oci.gid";
    private static final String MARK = "volatile.container.oci";

    private static final Pattern NUMBERS = Pattern.compile("[0-9]{1,10}:[0-9]{1,10}");
    private static final Pattern COUNT = Pattern.compile("[0-9]{1,6}");

    private OciProcess() {}

    /** Whether something is asked for that containers of OCI images only have. */
    static boolean isAsked(ContainerSpec spec) {
        return spec.command() != null || spec.entrypoint() != null || spec.workingDir() != null || spec.user() != null;
    }

    /** Refuses all of it, with this reason. */
    static void refuse(LxdErrors errors, ContainerSpec spec, String reason) {
        errors.refuse(spec.command() != null, Capability.COMMAND, "command", reason);
        errors.refuse(spec.entrypoint() != null, Capability.ENTRYPOINT, "entrypoint", reason);
        errors.refuse(spec.workingDir() != null, Capability.WORKING_DIR, "working_dir", reason);
        errors.refuse(spec.user() != null, Capability.USER, "user", reason);
    }

    /** Refuses what not even a container of an OCI image can be told. */
    static void check(LxdErrors errors, ContainerSpec spec) {
        errors.refuse(
                spec.command() != null && spec.entrypoint() == null,
                Capability.COMMAND,
                "command",
                ONLY_WITH_ENTRYPOINT);
        errors.refuse(
                spec.user() != null && !NUMBERS.matcher(spec.user()).matches(), Capability.USER, "user", ONLY_NUMBERS);
        errors.refuse(
                spec.entrypoint() != null && words(spec).isEmpty(),
                Capability.ENTRYPOINT,
                "entrypoint",
                "nothing is left to run: the engine would run what the image says");
    }

    /** The keys for what is asked. */
    static Map<String, String> config(ContainerSpec spec) {
        Map<String, String> config = new LinkedHashMap<>();
        if (spec.entrypoint() != null) {
            config.put(WHOLE, words(spec).stream().map(OciProcess::quoted).collect(Collectors.joining(" ")));
            config.put(ENTRYPOINT_WORDS, String.valueOf(spec.entrypoint().size()));
        }
        if (spec.workingDir() != null) {
            config.put(FOLDER, spec.workingDir());
        }
        if (spec.user() != null) {
            String[] numbers = spec.user().split(":", 2);
            config.put(UID, numbers[0]);
            config.put(GID, numbers[1]);
        }
        return config;
    }

    private static List<String> words(ContainerSpec spec) {
        return Stream.of(spec.entrypoint(), spec.command())
                .filter(Objects::nonNull)
                .flatMap(List::stream)
                .toList();
    }

    /** Whether an instance is of an OCI image. */
    static boolean is(Map<String, String> config) {
        return "true".equals(config.get(MARK));
    }

    /** The container's own entrypoint; null if it is the image's. */
    static @Nullable List<String> entrypoint(Map<String, String> config) {
        Integer count = count(config);
        if (count == null) {
            return null;
        }
        List<String> words = words(config.getOrDefault(WHOLE, ""));
        return words.subList(0, Math.min(count, words.size()));
    }

    /** The container's own command; null if it is the image's, or none beside the entrypoint. */
    static @Nullable List<String> command(Map<String, String> config) {
        Integer count = count(config);
        List<String> words = words(config.getOrDefault(WHOLE, ""));
        return count == null || words.size() <= count ? null : words.subList(count, words.size());
    }

    static @Nullable String workingDir(Map<String, String> config) {
        return is(config) ? config.get(FOLDER) : null;
    }

    static @Nullable String user(Map<String, String> config) {
        String uid = config.get(UID);
        String gid = config.get(GID);
        return !is(config) || uid == null || gid == null ? null : uid + ":" + gid;
    }

    private static @Nullable Integer count(Map<String, String> config) {
        String count = config.getOrDefault(ENTRYPOINT_WORDS, "");
        return is(config) && COUNT.matcher(count).matches() ? Integer.valueOf(count) : null;
    }

    /** One word as a shell reads it. */
    static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /** The words of a line as a shell splits it. */
    static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int at = 0; at < line.length(); at++) {
            char next = line.charAt(at);
            boolean escapes = next == '\\' && quote != '\'' && at + 1 < line.length();
            if (escapes) {
                word.append(line.charAt(++at));
                inWord = true;
            } else if (quote != 0) {
                if (next == quote) {
                    quote = 0;
                } else {
                    word.append(next);
                }
            } else if (next == '\'' || next == '"') {
                quote = next;
                inWord = true;
            } else if (Character.isWhitespace(next)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                inWord = false;
            } else {
                word.append(next);
                inWord = true;
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }
}
