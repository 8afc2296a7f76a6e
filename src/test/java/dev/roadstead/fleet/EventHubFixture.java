package dev.roadstead.fleet;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.when;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineRegistry;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.testing.ContainerBuilder;
import dev.roadstead.testing.ScriptedEngine;
import dev.roadstead.testing.ScriptedEvents;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A hub that follows a scripted engine, in a time that passes when a test says so. */
abstract class EventHubFixture {
    protected static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    protected static final Duration SETTLED = Duration.ofSeconds(1);
    protected static final Duration AWAY = Duration.ofMinutes(1);

    protected final List<Long> openedAt = new ArrayList<>();
    protected final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    protected final ScriptedEngine engine = new ScriptedEngine("a");
    protected final List<Disposable> followers = new ArrayList<>();
    protected VirtualTimeScheduler time = VirtualTimeScheduler.create();
    protected ScriptedEvents events = new ScriptedEvents(() -> {});
    protected @Nullable EventHub hub;
    protected @Nullable EngineMonitor monitor;

    @BeforeEach
    void begin() {
        time = VirtualTimeScheduler.getOrSet();
        events = new ScriptedEvents(() -> openedAt.add(time.now(TimeUnit.MILLISECONDS)));
        engine.telling(events);
        listing();
    }

    @AfterEach
    void end() {
        followers.forEach(Disposable::dispose);
        if (hub != null) {
            hub.close();
        }
        VirtualTimeScheduler.reset();
    }

    protected void started() {
        started(EventHub.CAPACITY, engine);
    }

    protected void started(int capacity) {
        started(capacity, engine);
    }

    protected void started(int capacity, Engine... engines) {
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        EngineRegistry registry = new EngineRegistry(Arrays.asList(engines), null);
        EngineMonitor watching = new EngineMonitor(registry, clock, Duration.ofHours(1));
        monitor = watching;
        EventHub made = new EventHub(registry, watching, clock, meters, capacity);
        hub = made;
        made.start();
        pass(SETTLED);
    }

    protected EventHub hub() {
        return Objects.requireNonNull(hub);
    }

    /** The connection breaks and is there again; the list is not compared yet. */
    protected void interrupt() {
        events.breakOff();
        pass(Duration.ofMillis(501));
    }

    /** The connection breaks, is there again, and the list is compared. */
    protected void lose() {
        events.breakOff();
        pass(Duration.ofSeconds(2));
    }

    protected void observe() {
        Objects.requireNonNull(monitor).probe(engine).subscribe();
        pass(Duration.ofMillis(1));
    }

    protected void pass(Duration duration) {
        time.advanceTimeBy(duration);
    }

    protected void listing(Container... containers) {
        when(engine.containers().list(any())).thenReturn(Mono.just(List.of(containers)));
    }

    protected static Container container(String id, ContainerStatus status) {
        return new ContainerBuilder(id).status(status).build();
    }

    private int count;

    protected void tell(String id, String action) {
        tell(id, action, Map.of());
    }

    protected void tell(String id, String action, Map<String, String> labels) {
        count++;
        events.tell(ScriptedEvents.container(id, action, NOW.plusMillis(count), labels));
    }

    protected void tell(String id, String action, Instant when) {
        events.tell(ScriptedEvents.container(id, action, when, Map.of()));
    }

    protected List<ToldEvent> following(EventFilter filter) {
        return collected(hub().open(filter, null, null));
    }

    protected List<ToldEvent> following(@Nullable Instant since, @Nullable String lastId) {
        List<ToldEvent> seen = collected(hub().open(EventFilter.NONE, since, lastId));
        pass(Duration.ofMillis(1));
        return seen;
    }

    protected List<ToldEvent> collected(Mono<EngineStream<ToldEvent>> open) {
        List<ToldEvent> seen = new ArrayList<>();
        Consumer<ToldEvent> keep = seen::add;
        followers.add(open.flatMapMany(EngineStream::items).subscribe(keep));
        return seen;
    }

    protected EngineStream<ToldEvent> opened(@Nullable Instant since, @Nullable String lastId) {
        return Objects.requireNonNull(
                hub().open(EventFilter.NONE, since, lastId).block());
    }

    protected static List<String> actions(List<ToldEvent> events) {
        return events.stream().map(told -> told.event().action()).toList();
    }

    protected static boolean named(ToldEvent told, String id) {
        return ("name-" + id).equals(told.event().name());
    }

    protected static EngineException gone() {
        return new EngineException.Unavailable("gone", EngineException.Evidence.NONE, null);
    }
}
