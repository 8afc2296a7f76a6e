package dev.roadstead.fleet;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.Cuid;
import dev.roadstead.container.Labels;
import dev.roadstead.engine.EngineName;
import dev.roadstead.event.EngineEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The containers of one engine as its events have told them so far. Finds what the events left out, and tells it as synthetic events,
 * so that whoever only listens comes to the right picture; sees to it that nothing is told twice. One thread at a time.
 */
final class KnownContainers {
    private static final String CREATE = "create";
    private static final String START = "start";
    private static final String DIE = "die";
    private static final String REMOVE = "remove";
    private static final String RENAME = "rename";

    /** What happens only to a container whose process runs. */
    private static final Set<String> ONLY_WHILE_RUNNING =
            Set.of(DIE, "kill", "pause", "unpause", "exec", "oom", "health", "restart");

    /** What alone says which state a container is in. */
    private static final Set<String> STATES = Set.of(CREATE, START, DIE, REMOVE);

    private static final int REMOVALS_KEPT = 10_000;

    private record Known(
            String id,
            @Nullable String name,
            @Nullable Cuid labelled,
            Instant createdAt,
            boolean running,
            boolean assumed) {
        /** @param guessed whether no event of the engine told it */
        Known running(boolean now, boolean guessed) {
            return new Known(id, name, labelled, createdAt, now, guessed);
        }

        Known named(@Nullable String newName) {
            return new Known(id, newName == null ? name : newName, labelled, createdAt, running, assumed);
        }
    }

    private static final Comparator<Known> OLDEST_FIRST =
            Comparator.comparing(Known::createdAt).thenComparing(Known::id);

    private final EngineName engine;
    private final Clock clock;
    private final Map<String, Known> known = new HashMap<>();
    private final Map<Cuid, Set<String>> bearers = new HashMap<>();
    private final Set<String> touched = new HashSet<>();

    /** Of removals that were told: an event that comes after all is no news. */
    private final Map<String, Boolean> removed = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMOVALS_KEPT;
        }
    };

    private boolean complete;
    private boolean awaitingList;

    KnownContainers(EngineName engine, Clock clock) {
        this.engine = engine;
        this.clock = clock;
    }

    /** Events come from here on; a list that is asked for from now on is newer than this. */
    void begin() {
        touched.clear();
        awaitingList = true;
    }

    /** What is to be told when an engine has told this. */
    List<FleetEvent> happened(EngineEvent event) {
        String id = event.id();
        if (id == null || !event.type().equals(FleetEvent.CONTAINER)) {
            return List.of(FleetEvent.told(engine, event, null, event.name()));
        }
        Known before = event.action().equals(RENAME) ? renamed(event, id) : known.get(id);
        if (isOld(before, id, event.action())) {
            return List.of();
        }
        List<FleetEvent> told = new ArrayList<>();
        if (awaitingList && complete) {
            before = recovered(before, event, id, told);
        }
        if (before != null && before.running() && event.action().equals(REMOVE)) {
            before = put(before.running(false, true));
            told.add(synthetic(event.time(), DIE, before, Map.of()));
        }
        if (before == null && !event.action().equals(REMOVE)) {
            before = added(new Known(
                    id,
                    event.name(),
                    labelled(event.labels()),
                    event.action().equals(CREATE) ? event.time() : Instant.MAX,
                    ONLY_WHILE_RUNNING.contains(event.action()),
                    false));
        }
        told.add(FleetEvent.told(engine, event, cuid(before, event, id), nameOf(before, event)));
        apply(before, event, id);
        return told;
    }

    /**
     * What the events up to now do not tell, though the list does.
     *
     * @param listed asked for after {@link #begin}, and so long ago that every event from before it has come
     */
    List<FleetEvent> listed(List<Container> listed) {
        List<FleetEvent> told = new ArrayList<>();
        Set<String> there = new HashSet<>();
        for (Container container : listed) {
            String id = container.id().value();
            there.add(id);
            Known seen = known.get(id);
            if (!touched.contains(id)) {
                compare(container, id, told);
            } else if (seen != null) {
                // Its events are newer than the list, but do not tell its age.
                put(new Known(id, seen.name(), seen.labelled(), created(container), seen.running(), seen.assumed()));
            }
        }
        for (Known gone : List.copyOf(known.values())) {
            if (!there.contains(gone.id()) && !touched.contains(gone.id())) {
                vanished(gone, told);
            }
        }
        complete = true;
        awaitingList = false;
        touched.clear();
        return told;
    }

    /** Whether it was told already, when it was found out otherwise. */
    private boolean isOld(@Nullable Known before, String id, String action) {
        return switch (action) {
            case CREATE -> before != null;
            case START -> before != null && before.running() && before.assumed();
            case DIE -> before == null ? removed.containsKey(id) : !before.running() && before.assumed();
            case REMOVE -> before == null && removed.containsKey(id);
            default -> false;
        };
    }

    /** Tells first what must have come before an event that the engine still remembered. */
    private @Nullable Known recovered(@Nullable Known before, EngineEvent event, String id, List<FleetEvent> told) {
        String action = event.action();
        boolean needsRunning = ONLY_WHILE_RUNNING.contains(action);
        Known now = before;
        if (now == null) {
            if (action.equals(CREATE) || action.equals(REMOVE)) {
                return null;
            }
            now = added(new Known(id, event.name(), labelled(event.labels()), event.time(), false, true));
            told.add(synthetic(event.time(), CREATE, now, Map.of()));
        }
        if (needsRunning && !now.running()) {
            now = put(now.running(true, true));
            told.add(synthetic(event.time(), START, now, Map.of()));
        } else if (now.running() && action.equals(START)) {
            now = put(now.running(false, true));
            told.add(synthetic(event.time(), DIE, now, Map.of()));
        }
        return now;
    }

    private void apply(@Nullable Known before, EngineEvent event, String id) {
        if (awaitingList && STATES.contains(event.action())) {
            touched.add(id);
        }
        switch (event.action()) {
            case CREATE, START, DIE -> {
                if (before != null) {
                    put(before.running(event.action().equals(START), false).named(event.name()));
                }
            }
            case REMOVE -> removed(id, before);
            case RENAME -> {
                if (before != null) {
                    put(before.named(event.name()));
                }
            }
            default -> {}
        }
    }

    /** Where names are ids another name is another id of the same container. */
    private @Nullable Known renamed(EngineEvent event, String id) {
        Known now = known.get(id);
        String oldId = event.attributes().get("old_id");
        Known before = oldId == null || oldId.equals(id) || now != null ? null : known.get(oldId);
        if (before == null) {
            return now;
        }
        removed(before.id(), before);
        if (awaitingList) {
            touched.add(before.id());
            touched.add(id);
        }
        return added(new Known(
                id, before.name(), before.labelled(), before.createdAt(), before.running(), before.assumed()));
    }

    private void compare(Container container, String id, List<FleetEvent> told) {
        ContainerStatus status = container.state().status();
        // Between its end and its next start it has died.
        boolean runs = status.isAlive() && status != ContainerStatus.RESTARTING;
        Instant now = clock.instant();
        Known before = known.get(id);
        Cuid labelled = before == null || before.labelled() == null ? labelled(container.labels()) : before.labelled();
        boolean guessed = before == null ? complete : before.running() != runs || before.assumed();
        Known after = added(new Known(id, container.name(), labelled, created(container), runs, guessed));
        if (before == null) {
            if (complete) {
                told.add(synthetic(now, CREATE, after, image(container)));
                if (runs) {
                    told.add(synthetic(now, START, after, image(container)));
                }
            }
            return;
        }
        if (before.running() != runs) {
            told.add(synthetic(now, runs ? START : DIE, after, exitCode(container, runs)));
        }
        if (before.name() != null && !before.name().equals(after.name())) {
            told.add(synthetic(now, RENAME, after, Map.of("old_name", before.name())));
        }
    }

    private void vanished(Known gone, List<FleetEvent> told) {
        Instant now = clock.instant();
        if (gone.running()) {
            told.add(synthetic(now, DIE, gone, Map.of()));
        }
        told.add(synthetic(now, REMOVE, gone, Map.of()));
        removed(gone.id(), gone);
    }

    private static Map<String, Object> image(Container container) {
        return container.image() == null ? Map.of() : Map.of("image", container.image());
    }

    private static Map<String, Object> exitCode(Container container, boolean runs) {
        Integer code = container.state().exitCode();
        return runs || code == null ? Map.of() : Map.of("exit_code", code);
    }

    private FleetEvent synthetic(Instant time, String action, Known container, Map<String, Object> facts) {
        Map<String, Object> more = new LinkedHashMap<>(facts);
        more.put("synthetic", true);
        more.put("id", container.id());
        return new FleetEvent(
                time, engine, FleetEvent.CONTAINER, action, cuid(container), container.name(), more, null);
    }

    private static @Nullable String nameOf(@Nullable Known container, EngineEvent event) {
        return event.name() != null || container == null ? event.name() : container.name();
    }

    private Cuid cuid(@Nullable Known container, EngineEvent event, String id) {
        if (container != null) {
            return cuid(container);
        }
        Cuid labelled = labelled(event.labels());
        return labelled == null ? Cuid.derived(engine.value(), id) : labelled;
    }

    /** As {@link Identities} gives them: of those that bear the same label the oldest keeps it. */
    private Cuid cuid(Known container) {
        Cuid labelled = container.labelled();
        if (labelled != null
                && bearers.getOrDefault(labelled, Set.of()).stream()
                        .map(known::get)
                        .filter(Objects::nonNull)
                        .min(OLDEST_FIRST)
                        .map(oldest -> oldest.id().equals(container.id()))
                        .orElse(true)) {
            return labelled;
        }
        return Cuid.derived(engine.value(), container.id());
    }

    private static @Nullable Cuid labelled(Map<String, String> labels) {
        return Optional.ofNullable(labels.get(Labels.CUID))
                .filter(Cuid::isCuid)
                .map(Cuid::new)
                .filter(cuid -> !cuid.isDerived())
                .orElse(null);
    }

    private static Instant created(Container container) {
        return container.createdAt() == null ? Instant.MAX : container.createdAt();
    }

    private Known added(Known container) {
        if (container.labelled() != null) {
            bearers.computeIfAbsent(container.labelled(), _ -> new HashSet<>(1)).add(container.id());
        }
        removed.remove(container.id());
        return put(container);
    }

    private Known put(Known container) {
        known.put(container.id(), container);
        return container;
    }

    private void removed(String id, @Nullable Known container) {
        known.remove(id);
        removed.put(id, true);
        if (container != null && container.labelled() != null) {
            Set<String> others = bearers.getOrDefault(container.labelled(), new HashSet<>());
            others.remove(id);
            if (others.isEmpty()) {
                bearers.remove(container.labelled());
            }
        }
    }
}
