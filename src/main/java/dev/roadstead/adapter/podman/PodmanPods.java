package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.DaemonWire;
import dev.roadstead.adapter.daemon.InspectionMapping;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.adapter.daemon.Texts;
import dev.roadstead.container.Signal;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.PodOperations;
import dev.roadstead.pod.Pod;
import dev.roadstead.pod.PodSpec;
import dev.roadstead.transport.EngineReply;
import dev.roadstead.transport.EngineRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Pods of Podman (libpod API, pods). */
final class PodmanPods implements PodOperations {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");
    private static final int NOT_MODIFIED = 304;

    /** As long as its containers are given where nothing else is said. */
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    private final DaemonSession session;
    private final EngineSettings settings;

    PodmanPods(DaemonSession session, EngineSettings settings) {
        this.session = session;
        this.settings = settings;
    }

    @Override
    public Mono<List<Pod>> list() {
        return session.readList(DaemonCall.DAEMON, "its pods", EngineRequest.get("/pods/json"), PodmanWire.Pod.class)
                .map(all -> all.stream().map(PodmanPods::pod).toList());
    }

    @Override
    public Mono<Pod> inspect(String name) {
        return wire(name).map(PodmanPods::pod);
    }

    /** By exact name or id: Podman would take a prefix, too. */
    private Mono<PodmanWire.Pod> wire(String name) {
        if (!NAME.matcher(name).matches()) {
            return Mono.error(() -> noSuch(name));
        }
        return session.read(
                        DaemonCall.POD,
                        "pod " + name,
                        EngineRequest.get(Target.of("pods", name, "json").toString()),
                        PodmanWire.Pod.class)
                .flatMap(wire -> wire.id().equals(name) || name.equals(wire.name())
                        ? Mono.just(wire)
                        : Mono.error(noSuch(name)));
    }

    private EngineException noSuch(String name) {
        return new EngineException.NotFound(
                "NO_SUCH_POD", "no pod " + name, session.faults().evidence());
    }

    @Override
    public Mono<Pod> create(PodSpec spec) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (spec.name() != null) {
            body.put("name", spec.name());
        }
        if (spec.hostname() != null) {
            body.put("hostname", spec.hostname());
        }
        body.put("labels", spec.labels());
        body.put("portmappings", PodmanCreateBody.ports(spec.ports()));
        if (!spec.networks().isEmpty()) {
            body.put("netns", Map.of("nsmode", "bridge"));
            Map<String, Object> networks = new LinkedHashMap<>();
            spec.networks().forEach(network -> networks.put(network, Map.of()));
            body.put("networks", networks);
        }
        EngineRequest request = EngineRequest.post("/pods/create").json(session.bytes(body));
        return session.read(DaemonCall.POD_CREATE, "a pod", request, DaemonWire.Id.class)
                .flatMap(made -> made.id() == null
                        ? Mono.error(session.faults().nonsense("a pod without an id", null))
                        : inspect(made.id()));
    }

    @Override
    public Mono<Boolean> start(String name) {
        return act(name, "start", settings.requestTimeout());
    }

    @Override
    public Mono<Boolean> stop(String name, @Nullable Duration grace) {
        // Podman knows whole seconds: half a second must not become none.
        Long seconds = grace == null ? null : grace.plusNanos(999_999_999).toSeconds();
        Duration bound = settings.requestTimeout().plus(seconds == null ? DEFAULT_GRACE : Duration.ofSeconds(seconds));
        return wire(name)
                .flatMap(wire -> act(wire, Target.of("pods", wire.id(), "stop").with("t", seconds), bound));
    }

    @Override
    public Mono<Boolean> restart(String name) {
        return act(name, "restart", settings.requestTimeout().plus(DEFAULT_GRACE))
                .thenReturn(true);
    }

    @Override
    public Mono<Boolean> kill(String name, Signal signal) {
        return wire(name)
                .flatMap(wire -> runs(wire)
                        ? act(
                                wire,
                                Target.of("pods", wire.id(), "kill").with("signal", signal.value()),
                                settings.requestTimeout())
                        : Mono.error(notRunning(name, wire)));
    }

    @Override
    public Mono<Boolean> pause(String name) {
        return wire(name).flatMap(wire -> switch (word(wire)) {
            case "paused" -> Mono.just(false);
            case "running", "degraded" -> act(wire, Target.of("pods", wire.id(), "pause"), settings.requestTimeout());
            default -> Mono.error(notRunning(name, wire));
        });
    }

    @Override
    public Mono<Boolean> unpause(String name) {
        return wire(name).flatMap(wire -> switch (word(wire)) {
            case "paused" -> act(wire, Target.of("pods", wire.id(), "unpause"), settings.requestTimeout());
            case "running", "degraded" -> Mono.just(false);
            default -> Mono.error(notRunning(name, wire));
        });
    }

    @Override
    public Mono<Void> remove(String name, boolean force) {
        return wire(name)
                .flatMap(wire -> !force && isAlive(wire)
                        ? Mono.error(new EngineException.WrongState(
                                "POD_RUNNING",
                                "pod %s is %s (expected: stopped)".formatted(name, word(wire)),
                                session.faults().evidence()))
                        : session.call(
                                DaemonCall.POD_REMOVE,
                                "pod " + name,
                                EngineRequest.delete(Target.of("pods", wire.id())
                                                .flag("force", force)
                                                .toString())
                                        .within(settings.requestTimeout().plus(DEFAULT_GRACE))))
                .map(reply -> session.parse(reply.body(), PodmanWire.PodReport.class))
                .flatMap(report -> {
                    String error = PodmanReports.error(report.err());
                    return error == null
                            ? Mono.<Void>empty()
                            : Mono.error(session.refusal(DaemonCall.POD_REMOVE, "pod " + name, 500, error));
                });
    }

    private Mono<Boolean> act(String name, String action, Duration bound) {
        return wire(name).flatMap(wire -> act(wire, Target.of("pods", wire.id(), action), bound));
    }

    private Mono<Boolean> act(PodmanWire.Pod pod, Target target, Duration bound) {
        return session.call(
                        DaemonCall.POD,
                        "pod " + pod.name(),
                        EngineRequest.post(target.toString()).within(bound))
                .flatMap(reply -> reply.status() == NOT_MODIFIED ? Mono.just(false) : checked(pod, reply));
    }

    /** Single failures stand in an answer of 200. */
    private Mono<Boolean> checked(PodmanWire.Pod pod, EngineReply reply) {
        PodmanWire.PodReport report = session.parse(reply.body(), PodmanWire.PodReport.class);
        List<String> errors = report.errs() == null
                ? List.of()
                : report.errs().stream()
                        .map(PodmanReports::error)
                        .filter(Objects::nonNull)
                        .toList();
        return errors.isEmpty()
                ? Mono.just(true)
                : Mono.error(new EngineException.Failed(
                        "ENGINE_ERROR",
                        "pod %s: %s".formatted(pod.name(), String.join("; ", errors)),
                        session.faults().evidence().with("containers", errors),
                        null));
    }

    private EngineException notRunning(String name, PodmanWire.Pod wire) {
        return new EngineException.WrongState(
                "POD_NOT_RUNNING",
                "pod %s is %s (expected: running)".formatted(name, word(wire)),
                session.faults().evidence());
    }

    private static boolean runs(PodmanWire.Pod wire) {
        return word(wire).equals("running") || word(wire).equals("degraded");
    }

    private static boolean isAlive(PodmanWire.Pod wire) {
        return runs(wire) || word(wire).equals("paused");
    }

    private static String word(PodmanWire.Pod wire) {
        String word = wire.state() == null ? wire.status() : wire.state();
        return word == null ? "" : word.toLowerCase(Locale.ROOT);
    }

    static Pod pod(PodmanWire.Pod wire) {
        String infra = wire.infraContainerId() == null ? wire.infraId() : wire.infraContainerId();
        String told = wire.state() == null ? wire.status() : wire.state();
        List<Pod.Member> members = (wire.containers() == null ? List.<PodmanWire.Member>of() : wire.containers())
                .stream()
                        .filter(member -> member.id() != null && !member.id().equals(infra))
                        .map(PodmanPods::member)
                        .toList();
        return new Pod(
                wire.id(),
                wire.name() == null ? "" : wire.name(),
                status(word(wire)),
                told == null ? "" : told,
                Texts.time(wire.created()),
                Texts.strings(wire.labels()),
                members);
    }

    private static Pod.Member member(PodmanWire.Member wire) {
        String name = wire.name() == null ? wire.names() : wire.name();
        String word = wire.state() == null ? wire.status() : wire.state();
        return new Pod.Member(
                String.valueOf(wire.id()),
                name == null ? "" : name,
                InspectionMapping.status(word == null ? "" : word).word());
    }

    private static String status(String word) {
        return switch (word) {
            case "created", "running", "paused", "stopped", "degraded", "dead" -> word;
            case "exited" -> "stopped";
            case "errored" -> "error";
            default -> "unknown";
        };
    }
}
