package dev.roadstead.adapter.simulated;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.exec.ExecSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Processes in simulated containers. */
final class SimulatedExec implements ExecOperations {
    private final SimulatedHost host;
    private final SimulatedLink link;
    private final Duration patience;

    /** @param patience how long a session that nobody touches is kept */
    SimulatedExec(SimulatedHost host, SimulatedLink link, Duration patience) {
        this.patience = patience;
        this.host = host;
        this.link = link;
    }

    @Override
    public Mono<Session> start(ContainerId id, ExecSpec spec) {
        return link.call(SimulatedCall.EXEC, () -> host.locked(() -> startNow(host.container(id), spec)));
    }

    private Session startNow(SimulatedContainer container, ExecSpec spec) {
        if (container.status() != ContainerStatus.RUNNING) {
            throw host.wrongState("CONTAINER_NOT_RUNNING", "%s does not run".formatted(container.id()));
        }
        SimulatedSession session = new SimulatedSession(host, spec, container.id());
        ProcessSetting usual = SimulatedRun.setting(
                host,
                container,
                spec.command(),
                session.terminalSize(),
                session.processInput(),
                session.processOutput());
        Map<String, String> env = new HashMap<>(usual.env());
        env.putAll(spec.env());
        SimulatedProcess process = new SimulatedProcess(
                new ProcessSetting(
                        spec.command(),
                        Map.copyOf(env),
                        spec.workingDir() == null ? usual.workingDir() : spec.workingDir(),
                        usual.hostname(),
                        spec.user() == null ? usual.user() : spec.user(),
                        usual.files(),
                        usual.terminal(),
                        usual.input(),
                        usual.output(),
                        host.scheduler()),
                _ -> {
                    session.ended();
                    host.<@Nullable Object>locked(() -> {
                        container.execs().removeIf(other -> !other.isAlive());
                        return null;
                    });
                });
        container.execs().add(process);
        host.events().add(container, "exec", Map.of("command", String.join(" ", spec.command())));
        session.run(process, patience);
        return session;
    }
}
