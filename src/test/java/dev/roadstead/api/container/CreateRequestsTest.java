package dev.roadstead.api.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.api.ApiJson;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerSpec.NetworkRequest;
import dev.roadstead.container.Healthcheck;
import dev.roadstead.container.Mount;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Protocol;
import dev.roadstead.container.Resources;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.container.SecurityOptions;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.image.RegistryAuth;
import dev.roadstead.workload.CreateCommand;
import dev.roadstead.workload.Placement;
import dev.roadstead.workload.PullPolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a create request's JSON stands for. */
class CreateRequestsTest {
    @Test
    void anImageIsEnough() {
        CreateCommand command = read("{\"image\":\"busybox\"}");

        assertThat(command.spec()).isEqualTo(ContainerSpec.of("busybox", List.of()));
        assertThat(command.engine()).isNull();
        assertThat(command.placement()).isNull();
        assertThat(command.pull()).isEqualTo(PullPolicy.MISSING);
        assertThat(command.registryAuth()).isNull();
        assertThat(command.start()).isFalse();
        assertThat(command.tags()).isEmpty();
        assertThat(command.idempotency()).isNull();
    }

    @Test
    void everyFieldArrivesAsItWasGiven() {
        CreateCommand command = read("""
                {"engine":"local","placement":{"engines":["local","metal"],"kinds":["docker","lxd"]},
                 "name":"web","image":"registry.example.com/shop/web:1.2","pull":"always",
                 "registry_auth":{"username":"ci","password":"correct horse"},
                 "command":["sleep","60"],"entrypoint":["/bin/sh","-c"],
                 "env":{"MODE":"production","EMPTY":""},"tags":["blue","eu,1"],"labels":{"team":"shop"},
                 "working_dir":"/srv","user":"1000:1000","hostname":"web","tty":true,"stdin_open":true,
                 "ports":[{"host":8080,"container":80},
                          {"host":null,"container":53,"protocol":"udp","host_ip":"127.0.0.1"}],
                 "mounts":[{"type":"bind","source":"/data","target":"/data","read_only":true},
                           {"type":"volume","source":"store","target":"/store"},
                           {"type":"volume","target":"/anonymous"},
                           {"type":"tmpfs","target":"/tmp"}],
                 "networks":["backend",{"name":"front","ip":"10.5.0.10","aliases":["db"]}],
                 "resources":{"cpus":1.5,"memory":"512m","memory_swap":"1g","pids":200,"cpu_weight":512},
                 "restart_policy":{"name":"on-failure","max_retries":3},
                 "healthcheck":{"test":["CMD","true"],"interval":30,"timeout":5.5,"start_period":10,"retries":3},
                 "security":{"privileged":true,"cap_add":["NET_ADMIN"],"cap_drop":["CAP_CHOWN"],"read_only_root":true},
                 "profiles":[],"project":"default","start":true,
                 "native":{"HostConfig":{"ShmSize":67108864,"Deep":[null,{"a":true}]}}}
                """);
        ContainerSpec spec = command.spec();

        assertThat(command.engine()).isEqualTo("local");
        assertThat(command.placement())
                .isEqualTo(new Placement(Set.of("local", "metal"), Set.of(EngineKind.DOCKER, EngineKind.LXD)));
        assertThat(command.pull()).isEqualTo(PullPolicy.ALWAYS);
        assertThat(command.registryAuth()).isEqualTo(new RegistryAuth("ci", "correct horse", null, null));
        assertThat(command.tags()).containsExactly("blue", "eu,1");
        assertThat(command.start()).isTrue();
        assertThat(spec.name()).isEqualTo(new ContainerName("web"));
        assertThat(spec.image()).isEqualTo("registry.example.com/shop/web:1.2");
        assertThat(spec.command()).containsExactly("sleep", "60");
        assertThat(spec.entrypoint()).containsExactly("/bin/sh", "-c");
        assertThat(spec.env()).isEqualTo(Map.of("MODE", "production", "EMPTY", ""));
        assertThat(spec.labels()).isEqualTo(Map.of("team", "shop"));
        assertThat(spec.workingDir()).isEqualTo("/srv");
        assertThat(spec.user()).isEqualTo("1000:1000");
        assertThat(spec.hostname()).isEqualTo("web");
        assertThat(spec.tty()).isTrue();
        assertThat(spec.stdinOpen()).isTrue();
        assertThat(spec.ports())
                .containsExactly(
                        new PortMapping(8080, 80, Protocol.TCP, null),
                        new PortMapping(null, 53, Protocol.UDP, "127.0.0.1"));
        assertThat(spec.mounts())
                .containsExactly(
                        new Mount(Mount.Type.BIND, "/data", "/data", true),
                        new Mount(Mount.Type.VOLUME, "store", "/store", false),
                        new Mount(Mount.Type.VOLUME, null, "/anonymous", false),
                        new Mount(Mount.Type.TMPFS, null, "/tmp", false));
        assertThat(spec.networks())
                .containsExactly(
                        new NetworkRequest("backend", null, List.of()),
                        new NetworkRequest("front", "10.5.0.10", List.of("db")));
        assertThat(spec.resources()).isEqualTo(new Resources(new BigDecimal("1.5"), 512L << 20, 1L << 30, 200L, 512));
        assertThat(spec.restartPolicy()).isEqualTo(new RestartPolicy(RestartPolicy.Name.ON_FAILURE, 3));
        assertThat(spec.healthcheck())
                .isEqualTo(new Healthcheck(
                        List.of("CMD", "true"),
                        Duration.ofSeconds(30),
                        Duration.ofMillis(5_500),
                        Duration.ofSeconds(10),
                        3));
        assertThat(spec.security())
                .isEqualTo(new SecurityOptions(true, List.of("NET_ADMIN"), List.of("CAP_CHOWN"), true));
        assertThat(spec.project()).isEqualTo("default");
        assertThat(spec.nativeFields().toString()).contains("ShmSize=67108864").contains("null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"ports\":[{\"container\":80}]",
                "\"ports\":[{\"container\":80,\"host\":0}]",
            })
    void aPortWithoutAHostsPortLetsTheEngineChoose(String field) {
        assertThat(read("{\"image\":\"a\",%s}".formatted(field)).spec().ports())
                .containsExactly(new PortMapping(null, 80, Protocol.TCP, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"command\":null",
                "\"command\":[]",
                "\"env\":null",
                "\"env\":{}",
                "\"ports\":null",
                "\"resources\":null",
                "\"resources\":{}",
                "\"resources\":{\"memory\":null}",
                "\"security\":{}",
                "\"networks\":[]",
                "\"tty\":null",
                "\"profiles\":[]",
                "\"profiles\":null",
                "\"native\":{}",
                "\"native\":null"
            })
    void nullAndEmptyMeanTheDefault(String field) {
        assertThat(read("{\"image\":\"busybox\",%s}".formatted(field)).spec())
                .isEqualTo(ContainerSpec.of("busybox", List.of()));
    }

    @Test
    void unlimitedSwapIsMinusOne() {
        assertThat(read("{\"image\":\"a\",\"resources\":{\"memory\":1048576,\"memory_swap\":-1}}")
                        .spec()
                        .resources()
                        .memorySwap())
                .isEqualTo(-1);
    }

    @Test
    void credentialsAreNotShown() {
        CreateContainerRequest request = ApiJson.MAPPER.readValue(
                "{\"image\":\"a\",\"registry_auth\":{\"username\":\"ci\",\"password\":\"correct horse\"}}",
                CreateContainerRequest.class);

        assertThat(request.toString()).contains("ci").doesNotContain("horse");
    }

    private static CreateCommand read(String json) {
        return CreateRequests.command(ApiJson.MAPPER.readValue(json, CreateContainerRequest.class), null);
    }
}
