package dev.roadstead.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.WaitCondition;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The engine that a contract is tested on, and what the tests need of it. */
public interface ContractSubject {
    /** Longer than any single call of a healthy engine takes. */
    Duration WAIT = Duration.ofSeconds(30);

    /** An id that no container has, of a form that every engine family accepts. */
    ContainerId NOBODY = new ContainerId("roadstead-test-nobody");

    /** The engine under test; the same one during a whole test. */
    Engine engine();

    /** Whether the operator left everything as it is; what an engine offers beyond that is not on the page of engines. */
    default boolean isAsOutOfTheBox() {
        return true;
    }

    /** What this test makes; a new object for each test. */
    TestObjects made();

    /** An image on the engine, with a shell like busybox's. */
    String image();

    /** A reference that neither the engine nor any registry has. */
    default String missingImage() {
        return "roadstead-test/missing:none";
    }

    /** A container that runs until it is told to stop, and then stops at once with exit code 0. */
    default ContainerSpec idle() {
        return shell("trap 'exit 0' TERM; while :; do sleep 0.1; done");
    }

    /** A container whose main process is a shell with this script; only for engines that have {@link Capability#COMMAND}. */
    default ContainerSpec shell(String script) {
        return ContainerSpec.of(image(), List.of("sh", "-c", script));
    }

    /** Whether processes are of a real kernel, which holds them to what the specification allows. */
    default boolean processesAreReal() {
        return true;
    }

    /** The project that tests name. */
    default String project() {
        return "default";
    }

    /** The driver for test networks. */
    default String networkDriver() {
        return "bridge";
    }

    default ContainerOperations containers() {
        return engine().containers();
    }

    /** Skips the test if the engine lacks one of these; that it then refuses the call is {@link CapabilityContract}'s business. */
    default void needs(Capability... capabilities) {
        Capabilities has = get(engine().describe()).capabilities();
        for (Capability capability : capabilities) {
            assumeTrue(has.has(capability), () -> "the engine lacks " + capability.word());
        }
        SupportRecorder.uses(capabilities);
    }

    /** An idle container that runs. */
    default ContainerId running() {
        return started(idle());
    }

    /** A container of this specification whose files can be reached: it runs only where they cannot be otherwise. */
    default ContainerId withFilesToReach(ContainerSpec spec) {
        return get(engine().describe()).capabilities().has(Capability.ARCHIVE_STOPPED)
                ? made().container(spec)
                : started(spec);
    }

    /** A container of this specification, started. */
    default ContainerId started(ContainerSpec spec) {
        ContainerId id = made().container(spec);
        get(containers().start(id));
        return id;
    }

    /** An idle container that ran and was stopped. */
    default ContainerId stopped() {
        ContainerId id = running();
        get(containers().stop(id, Duration.ofSeconds(10)));
        return id;
    }

    /** A container that ran this script to its end. */
    default ContainerId ended(String script) {
        ContainerId id = started(shell(script));
        get(containers().await(id, WaitCondition.NOT_RUNNING));
        return id;
    }

    default ContainerStatus status(ContainerId id) {
        return get(containers().state(id)).status();
    }

    /** The value of a call that must succeed. */
    static <T> T get(Mono<T> call) {
        return Objects.requireNonNull(call.block(WAIT), "the call emitted nothing");
    }

    /** Runs a call that must succeed. */
    static void run(Publisher<?> call) {
        Flux.from(call).then().block(WAIT);
    }

    /** Checks how a call fails. */
    static void fails(Publisher<?> call, Class<? extends EngineException> kind, String code) {
        StepVerifier.create(Flux.from(call).then())
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).isInstanceOf(kind);
                    assertThat(((EngineException) failure).code()).isEqualTo(code);
                    assertThat(failure).hasMessageMatching("(?s).*\\S.*");
                })
                .verify(WAIT);
    }

    /** Checks how a call fails, where the contract leaves the code open. */
    static void fails(Publisher<?> call, Class<? extends EngineException> kind) {
        StepVerifier.create(Flux.from(call).then())
                .expectErrorSatisfies(failure -> assertThat(failure).isInstanceOf(kind))
                .verify(WAIT);
    }

    /** All bytes of a stream, which is closed afterwards. */
    static byte[] bytes(Mono<EngineStream<byte[]>> stream) {
        return get(all(stream).collect(ByteArrayOutputStream::new, ByteArrayOutputStream::writeBytes))
                .toByteArray();
    }

    /** All items of a stream, which is closed afterwards. */
    static <T> Flux<T> all(Mono<EngineStream<T>> stream) {
        return Flux.usingWhen(stream, EngineStream::items, opened -> Mono.fromRunnable(opened::close));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @AfterEach
    default void removeWhatTheTestMade() {
        made().removeAll();
    }
}
