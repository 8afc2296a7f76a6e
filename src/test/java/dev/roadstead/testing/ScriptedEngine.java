package dev.roadstead.testing;

import static org.mockito.Mockito.mock;

import dev.roadstead.engine.Capabilities;
import dev.roadstead.engine.ContainerOperations;
import dev.roadstead.engine.DiskUsage;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineDescription;
import dev.roadstead.engine.EngineInfo;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EventSource;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.engine.FileOperations;
import dev.roadstead.engine.ImageOperations;
import dev.roadstead.engine.NetworkOperations;
import dev.roadstead.engine.VolumeOperations;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** An engine that answers as a test tells it to: for failures that no real engine gives on request. */
public final class ScriptedEngine implements Engine {
    private final EngineName name;
    private final ContainerOperations containers = mock();
    private final FileOperations files = mock();
    private final ExecOperations exec = mock();
    private final ImageOperations images = mock();
    private final VolumeOperations volumes = mock();
    private final NetworkOperations networks = mock();
    private final AtomicInteger descriptions = new AtomicInteger();
    private final AtomicInteger closings = new AtomicInteger();
    private volatile EventSource events = _ -> Mono.never();
    private volatile Duration patience = Duration.ofSeconds(5);
    private volatile Mono<EngineDescription> description =
            Mono.just(new EngineDescription("1.0", "1.41", Capabilities.allNativeBut(Map.of())));
    private volatile Mono<Duration> ping = Mono.just(Duration.ofMillis(2));
    private volatile Mono<EngineInfo> info = Mono.empty();

    public ScriptedEngine(String name) {
        this.name = new EngineName(name);
    }

    public ScriptedEngine describing(Mono<EngineDescription> answer) {
        description = answer;
        return this;
    }

    public ScriptedEngine pinging(Mono<Duration> answer) {
        ping = answer;
        return this;
    }

    public ScriptedEngine informing(Mono<EngineInfo> answer) {
        info = answer;
        return this;
    }

    public ScriptedEngine patient(Duration time) {
        patience = time;
        return this;
    }

    public ScriptedEngine telling(EventSource source) {
        events = source;
        return this;
    }

    public int descriptions() {
        return descriptions.get();
    }

    public int closings() {
        return closings.get();
    }

    @Override
    public EngineName name() {
        return name;
    }

    @Override
    public EngineKind kind() {
        return EngineKind.KLEENED;
    }

    @Override
    public URI endpoint() {
        return URI.create("unix:///run/%s.sock".formatted(name));
    }

    @Override
    public Duration patience() {
        return patience;
    }

    @Override
    public Mono<EngineDescription> describe() {
        return Mono.defer(() -> {
            descriptions.incrementAndGet();
            return description;
        });
    }

    @Override
    public Mono<Duration> ping() {
        return Mono.defer(() -> ping);
    }

    @Override
    public Mono<EngineInfo> info() {
        return info;
    }

    @Override
    public Mono<DiskUsage> diskUsage() {
        return Mono.empty();
    }

    @Override
    public ContainerOperations containers() {
        return containers;
    }

    @Override
    public FileOperations files() {
        return files;
    }

    @Override
    public ExecOperations exec() {
        return exec;
    }

    @Override
    public ImageOperations images() {
        return images;
    }

    @Override
    public VolumeOperations volumes() {
        return volumes;
    }

    @Override
    public NetworkOperations networks() {
        return networks;
    }

    @Override
    public EventSource events() {
        return events;
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(closings::incrementAndGet);
    }
}
