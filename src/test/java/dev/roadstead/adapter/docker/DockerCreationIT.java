package dev.roadstead.adapter.docker;

import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerSpec.NetworkRequest;
import dev.roadstead.container.Healthcheck;
import dev.roadstead.container.Mount;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Protocol;
import dev.roadstead.container.Resources;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.container.SecurityOptions;
import dev.roadstead.engine.ContractSubject;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.TestObjects;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.network.Network;
import dev.roadstead.network.NetworkSpec;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.TransportSettings;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is asked for is what a real daemon makes. */
@RequiresLab("docker")
class DockerCreationIT {
    private static final Duration WAIT = ContractSubject.WAIT;
    private final Engine engine = DockerEngineIT.engine(Lab.docker(), null);
    private final TestObjects made = new TestObjects(engine);

    @AfterEach
    void clean() {
        made.removeAll();
        engine.close().block(WAIT);
    }

    @Test
    void everyFieldReachesTheDaemon() {
        String network = made.network("bridge").name();
        ContainerSpec spec = made.marked(new ContainerSpec(
                null,
                "busybox:latest",
                List.of("-c", "sleep 300"),
                List.of("sh"),
                Map.of("A", "1"),
                Map.of("colour", "blue"),
                "/tmp",
                "1:1",
                "harbour",
                true,
                true,
                List.of(
                        new PortMapping(null, 80, Protocol.TCP, "127.0.0.1"),
                        new PortMapping(null, 53, Protocol.UDP, null)),
                List.of(
                        new Mount(Mount.Type.BIND, "/tmp", "/host", true),
                        new Mount(Mount.Type.TMPFS, null, "/t", false)),
                List.of(new NetworkRequest(network, null, List.of("also"))),
                new Resources(new BigDecimal("0.5"), 64L << 20, 128L << 20, 40L, 512),
                new RestartPolicy(RestartPolicy.Name.ON_FAILURE, 2),
                new Healthcheck(
                        List.of("CMD", "true"), Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(3), 4),
                new SecurityOptions(false, List.of("NET_ADMIN"), List.of("MKNOD"), true),
                null,
                null,
                Map.of("StopTimeout", 7, "HostConfig", Map.of("OomScoreAdj", 300))));
        ContainerId id = made.container(spec);

        JsonNode told = inspect(id);

        JsonNode config = told.get("Config");
        JsonNode host = told.get("HostConfig");
        assertThat(config.get("Cmd").toString()).isEqualTo("[\"-c\",\"sleep 300\"]");
        assertThat(config.get("Entrypoint").toString()).isEqualTo("[\"sh\"]");
        assertThat(config.get("Env").toString()).contains("A=1");
        assertThat(config.at("/Labels/colour").asString()).isEqualTo("blue");
        assertThat(config.get("WorkingDir").asString()).isEqualTo("/tmp");
        assertThat(config.get("User").asString()).isEqualTo("1:1");
        assertThat(config.get("Hostname").asString()).isEqualTo("harbour");
        assertThat(config.get("Tty").asBoolean()).isTrue();
        assertThat(config.get("OpenStdin").asBoolean()).isTrue();
        assertThat(config.get("StopTimeout").asInt()).isEqualTo(7);
        assertThat(config.at("/Healthcheck/Interval").asLong()).isEqualTo(2_000_000_000L);
        assertThat(config.at("/Healthcheck/StartPeriod").asLong()).isEqualTo(3_000_000_000L);
        assertThat(config.at("/Healthcheck/Retries").asInt()).isEqualTo(4);
        assertThat(host.get("OomScoreAdj").asInt()).isEqualTo(300);
        assertThat(host.get("NanoCpus").asLong()).isEqualTo(500_000_000L);
        assertThat(host.get("Memory").asLong()).isEqualTo(64L << 20);
        assertThat(host.get("MemorySwap").asLong()).isEqualTo(128L << 20);
        assertThat(host.get("PidsLimit").asInt()).isEqualTo(40);
        assertThat(host.get("CpuShares").asInt()).isEqualTo(512);
        assertThat(host.at("/RestartPolicy/Name").asString()).isEqualTo("on-failure");
        assertThat(host.at("/RestartPolicy/MaximumRetryCount").asInt()).isEqualTo(2);
        assertThat(host.get("CapAdd").toString()).contains("NET_ADMIN");
        assertThat(host.get("CapDrop").toString()).contains("MKNOD");
        assertThat(host.get("ReadonlyRootfs").asBoolean()).isTrue();
        assertThat(host.get("PortBindings").toString()).contains("80/tcp", "53/udp", "127.0.0.1");
        assertThat(host.get("Mounts")).hasSize(2);
        assertThat(told.at("/NetworkSettings/Networks")
                        .get(network)
                        .get("Aliases")
                        .toString())
                .contains("also");
    }

    @Test
    void aContainerJoinsSeveralNetworksWithItsOwnAddress() {
        Network first = network("10.213.21.0/24");
        Network second = network("10.213.22.0/24");
        ContainerId id = started(joining(
                new NetworkRequest(first.name(), "10.213.21.9", List.of()),
                new NetworkRequest(second.name(), "10.213.22.9", List.of("also"))));

        assertThat(get(engine.containers().inspect(id)).networks())
                .extracting("name", "ip")
                .containsExactlyInAnyOrder(tuple(first.name(), "10.213.21.9"), tuple(second.name(), "10.213.22.9"));
    }

    @Test
    void aContainerThatCannotJoinAllItsNetworksIsNotLeftBehind() {
        ContainerSpec spec = joining(
                new NetworkRequest(network("10.213.23.0/24").name(), null, List.of()),
                new NetworkRequest("host", null, List.of()));

        assertThatThrownBy(() -> made.container(spec)).isInstanceOf(EngineException.class);

        assertThat(get(engine.containers().list(made.labels()))).isEmpty();
    }

    @Test
    void anAbsentNetworkIsToldAtTheCreation() {
        fails(
                engine.containers()
                        .create(made.marked(joining(new NetworkRequest("roadstead-test-none", null, List.of())))),
                EngineException.NotFound.class,
                "NO_SUCH_NETWORK");
    }

    @Test
    void aNetworkThatAStoppedContainerIsOnIsInUse() {
        Network network = network("10.213.24.0/24");
        made.container(joining(new NetworkRequest(network.name(), null, List.of())));

        fails(engine.networks().remove(network.name()), EngineException.Conflict.class, "NETWORK_IN_USE");
    }

    private Network network(String subnet) {
        Network network = get(
                engine.networks().create(new NetworkSpec(made.name(), "bridge", subnet, null, false, made.labels())));
        made.alsoNetwork(network.name());
        return network;
    }

    private static ContainerSpec shell(String script) {
        return ContainerSpec.of("busybox:latest", List.of("sh", "-c", script));
    }

    private static ContainerSpec joining(NetworkRequest... networks) {
        ContainerSpec base = shell("while :; do sleep 0.1; done");
        return new ContainerSpec(
                null,
                base.image(),
                base.command(),
                null,
                Map.of(),
                Map.of(),
                null,
                null,
                null,
                false,
                false,
                List.of(),
                List.of(),
                List.of(networks),
                Resources.NONE,
                null,
                null,
                SecurityOptions.DEFAULT,
                null,
                null,
                Map.of());
    }

    private ContainerId started(ContainerSpec spec) {
        ContainerId id = made.container(spec);
        get(engine.containers().start(id));
        return id;
    }

    private static JsonNode inspect(ContainerId id) {
        EngineHttpClient http =
                new EngineHttpClient(new TransportSettings("raw", Lab.docker(), WAIT, WAIT, WAIT, 2, null, null));
        try {
            return JsonMapper.shared()
                    .readTree(get(http.request(EngineRequest.get("/containers/" + id + "/json")))
                            .body());
        } finally {
            http.close().block(WAIT);
        }
    }
}
