package dev.roadstead.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Writes what the runs of the contract showed into {@code docs/engines.md}; fails when the page said something else, so that the new
 * one is looked at and checked in. Engines that did not run this time keep what an earlier run showed.
 */
class EnginesPageIT {
    private static final Path PAGE = Path.of("docs", "engines.md");
    private static final Path SHOWN = Path.of("src", "test", "resources", "engine-support");
    private static final String BEGIN = "<!-- what the contract's runs showed: begin -->\n";
    private static final String END = "<!-- what the contract's runs showed: end -->\n";

    /** The facets and the names that their calls have on the page. */
    private static final Map<Class<?>, String> FACETS = facets();

    private static Map<String, EngineSupport> engines = Map.of();

    @BeforeAll
    static void read() throws IOException {
        List<EngineSupport> ran = EngineSupport.all(EngineSupport.OF_THIS_RUN);
        assumeFalse(ran.isEmpty(), "no contract ran");
        Map<String, EngineSupport> all =
                new TreeMap<>(Comparator.comparingInt(EnginesPageIT::place).thenComparing(name -> name));
        EngineSupport.all(SHOWN).forEach(engine -> all.put(engine.engine(), engine));
        ran.forEach(engine -> all.put(engine.engine(), engine));
        engines = all;
    }

    @Test
    void thePageSaysWhatTheRunsShowed() throws IOException {
        String before = Files.readString(PAGE);
        int begin = before.indexOf(BEGIN) + BEGIN.length();
        int end = before.indexOf(END);
        assertThat(begin).as("the page has the table's place").isLessThanOrEqualTo(end);
        String now = before.substring(0, begin) + "\n" + table() + "\n" + reasons() + before.substring(end);

        for (EngineSupport engine : engines.values()) {
            engine.keep(SHOWN);
        }
        Files.writeString(PAGE, now);

        assertThat(before)
                .as("docs/engines.md was not up to date; it is now: look at it and check it in")
                .isEqualTo(now);
    }

    @Test
    void whatAnEngineOffersWasTriedByTheContract() {
        List<String> untried = new ArrayList<>();
        engines.values()
                .forEach(engine -> engine.capabilities().forEach((word, shown) -> {
                    if (!shown.tried() && !shown.support().equals("unsupported")) {
                        untried.add(engine.engine() + ": " + word);
                    }
                }));

        assertThat(untried).isEmpty();
    }

    private static String table() {
        StringBuilder table = new StringBuilder("| Capability | Needed by |");
        engines.keySet().forEach(name -> table.append(' ').append(name).append(" |"));
        table.append("\n|---|---|").append("---|".repeat(engines.size())).append('\n');
        Map<Capability, String> calls = calls();
        for (Capability capability : Capability.values()) {
            table.append("| `%s` | %s |".formatted(capability.word(), calls.getOrDefault(capability, "")));
            engines.values()
                    .forEach(engine -> table.append(
                            " %s |".formatted(shown(engine, capability).support())));
            table.append('\n');
        }
        return table.toString();
    }

    /** A capability that an engine's last run did not know of yet was not shown. */
    private static EngineSupport.Shown shown(EngineSupport engine, Capability capability) {
        EngineSupport.Shown shown = engine.capabilities().get(capability.word());
        return shown != null ? shown : new EngineSupport.Shown("?", "not known at its last run", false);
    }

    private static String reasons() {
        StringBuilder text = new StringBuilder();
        for (EngineSupport engine : engines.values()) {
            Map<String, TreeSet<String>> byReason = new LinkedHashMap<>();
            for (Capability capability : Capability.values()) {
                EngineSupport.Shown shown = shown(engine, capability);
                if (shown.reason() != null) {
                    byReason.computeIfAbsent("%s: %s".formatted(shown.support(), shown.reason()), _ -> new TreeSet<>())
                            .add("`%s`".formatted(capability.word()));
                }
            }
            text.append("### ").append(engine.engine()).append("\n\n");
            if (byReason.isEmpty()) {
                text.append("All of it natively.\n\n");
            }
            byReason.forEach((reason, words) -> text.append("- %s %s\n".formatted(String.join(", ", words), reason)));
            text.append(byReason.isEmpty() ? "" : "\n");
        }
        return text.toString();
    }

    /** Which calls of the SPI ask for a capability; create's fields ask for the rest. */
    private static Map<Capability, String> calls() {
        Map<Capability, List<String>> calls = new TreeMap<>();
        FACETS.forEach((facet, name) -> Arrays.stream(facet.getMethods())
                .sorted(Comparator.comparing(Method::getName))
                .forEach(method -> {
                    Requires own = requires(facet, method);
                    if (own != null) {
                        List<String> named = calls.computeIfAbsent(own.value(), _ -> new ArrayList<>());
                        String call = (name + " " + method.getName().replaceAll("([A-Z])", " $1")).strip();
                        if (!named.contains(call.toLowerCase(Locale.ROOT))) {
                            named.add(call.toLowerCase(Locale.ROOT));
                        }
                    }
                }));
        return calls.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> String.join(", ", entry.getValue())));
    }

    private static @Nullable Requires requires(Class<?> facet, Method method) {
        Requires own = method.getAnnotation(Requires.class);
        return own != null ? own : facet.getAnnotation(Requires.class);
    }

    private static Map<Class<?>, String> facets() {
        Map<Class<?>, String> facets = new LinkedHashMap<>();
        facets.put(Engine.class, "engine");
        facets.put(ContainerOperations.class, "container");
        facets.put(FileOperations.class, "files");
        facets.put(ExecOperations.class, "exec");
        facets.put(SnapshotOperations.class, "snapshot");
        facets.put(EventSource.class, "events");
        facets.put(ImageOperations.class, "image");
        facets.put(VolumeOperations.class, "volume");
        facets.put(NetworkOperations.class, "network");
        facets.put(PodOperations.class, "pod");
        facets.put(NativeAccess.class, "native");
        return facets;
    }

    private static int place(String engine) {
        List<String> families = List.of("Docker", "Podman", "LXD", "Incus", "Kleened", "Simulated");
        int place = families.indexOf(Objects.requireNonNull(engine.split(" ", 2)[0]));
        return place < 0 ? families.size() : place;
    }
}
