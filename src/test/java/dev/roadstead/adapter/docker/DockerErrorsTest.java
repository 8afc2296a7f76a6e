package dev.roadstead.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineReply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerErrorsTest {
    private final DockerErrors errors = new DockerErrors("local", DockerWire.mapper());

    /** Texts of Docker 20.10, and of later ones where they differ. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        CONTAINER | 404 | No such container: zzz | NotFound | NO_SUCH_CONTAINER
        CREATE | 404 | No such image: nope/nope:latest | NotFound | NO_SUCH_IMAGE
        CREATE | 404 | network nope not found | NotFound | NO_SUCH_NETWORK
        CREATE | 409 | Conflict. The container name "/x" is already in use by container "7d3a". | AlreadyExists | NAME_IN_USE
        CREATE | 400 | invalid reference format: repository name must be lowercase | InvalidRequest | INVALID_REFERENCE
        CREATE | 400 | invalid mount config for type "bind": bind source path does not exist: /nope/x | InvalidRequest | INVALID_REQUEST
        CREATE | 404 | create v: error looking up volume plugin nope: plugin "nope" not found | InvalidRequest | NO_SUCH_DRIVER
        START | 404 | network nope not found | NotFound | NO_SUCH_NETWORK
        START | 500 | driver failed programming external connectivity on endpoint x: Error starting userland proxy: listen tcp4 0.0.0.0:80: bind: address already in use | Conflict | PORT_IN_USE
        START | 500 | driver failed programming external connectivity: Bind for 0.0.0.0:80 failed: port is already allocated | Conflict | PORT_IN_USE
        START | 403 | Address already in use | Conflict | ADDRESS_IN_USE
        START | 400 | OCI runtime create failed: exec: "nonono": executable file not found in $PATH: unknown | InvalidRequest | NO_SUCH_PROGRAM
        START | 409 | cannot start a paused container, try unpause instead | WrongState | WRONG_STATE
        CONTAINER | 409 | Container cd6f is not running | WrongState | CONTAINER_NOT_RUNNING
        CONTAINER | 500 | Container cd6f is not paused | Failed | ENGINE_ERROR
        CONTAINER | 400 | Invalid signal: FOO | InvalidRequest | INVALID_REQUEST
        RENAME | 409 | Error when allocating new name: Conflict. The container name "/x" is already in use by container "7d". | AlreadyExists | NAME_IN_USE
        REMOVE | 409 | You cannot remove a running container cd6f. Stop the container before attempting removal or force remove | WrongState | CONTAINER_RUNNING
        REMOVE | 409 | You cannot remove a paused container cd6f. Unpause and then stop the container before attempting removal | WrongState | CONTAINER_RUNNING
        REMOVE | 409 | cannot remove container "/x": container is running: stop the container before removing or force remove | WrongState | CONTAINER_RUNNING
        REMOVE | 409 | removal of container cd6f is already in progress | Conflict | REMOVAL_IN_PROGRESS
        LOGS | 501 | configured logging driver does not support reading | Unsupported | UNSUPPORTED
        ARCHIVE | 404 | Could not find the file /nope in container x | NotFound | NO_SUCH_PATH
        ARCHIVE | 404 | No such container: nope | NotFound | NO_SUCH_CONTAINER
        ARCHIVE | 500 | extraction point is not a directory | InvalidRequest | NOT_A_FOLDER
        ARCHIVE | 500 | Error processing tar file(exit status 1): unexpected EOF | InvalidRequest | INVALID_ARCHIVE
        ARCHIVE | 403 | container rootfs is marked read-only | WrongState | READ_ONLY
        IMAGE | 500 | invalid reference format: repository name must be lowercase | InvalidRequest | INVALID_REFERENCE
        IMAGE_REMOVE | 409 | conflict: unable to remove repository reference "busybox:latest" (must force) - container 7d is using its referenced image 34 | Conflict | IMAGE_IN_USE
        PULL | 404 | manifest for r/nope:1 not found: manifest unknown: manifest unknown | NotFound | NO_SUCH_IMAGE
        PULL | 404 | pull access denied for x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied | NotFound | NO_SUCH_IMAGE
        PULL | 500 | Get "https://nope.invalid/v2/": dial tcp: lookup nope.invalid: no such host | NotFound | NO_SUCH_IMAGE
        PULL | 500 | Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused | NotFound | NO_SUCH_IMAGE
        PULL | 500 | Head "http://r/v2/lab/busybox/manifests/1": no basic auth credentials | Denied | REGISTRY_DENIED
        PULL | 500 | unauthorized: authentication required | Denied | REGISTRY_DENIED
        PULL | 500 | toomanyrequests: You have reached your pull rate limit | Failed | REGISTRY_RATE_LIMITED
        PULL | 500 | failed to register layer: no space left on device | Failed | ENGINE_ERROR
        VOLUME | 404 | get nope: no such volume | NotFound | NO_SUCH_VOLUME
        VOLUME_CREATE | 400 | create bad name: "bad name" includes invalid characters | InvalidRequest | INVALID_REQUEST
        VOLUME_REMOVE | 409 | remove v: volume is in use - [78b8] | Conflict | VOLUME_IN_USE
        NETWORK | 404 | network nope not found | NotFound | NO_SUCH_NETWORK
        NETWORK_CREATE | 409 | network with name n already exists | AlreadyExists | NAME_IN_USE
        NETWORK_CREATE | 403 | Pool overlaps with other one on this address space | Conflict | SUBNET_IN_USE
        NETWORK_CREATE | 404 | plugin "nope" not found | InvalidRequest | NO_SUCH_DRIVER
        NETWORK_CREATE | 500 | Invalid subnet zzz : invalid CIDR address: zzz | InvalidRequest | INVALID_SUBNET
        NETWORK_CREATE | 500 | failed to allocate gateway (10.9.9.9): Requested address is out of range | InvalidRequest | INVALID_SUBNET
        NETWORK_CREATE | 403 | operation is not permitted on predefined host network | Conflict | NETWORK_PREDEFINED
        NETWORK_REMOVE | 403 | host is a pre-defined network and cannot be removed | Conflict | NETWORK_PREDEFINED
        NETWORK_REMOVE | 403 | error while removing network: network n id 1f has active endpoints | Conflict | NETWORK_IN_USE
        CONNECT | 403 | endpoint with name c already exists in network n | Conflict | ALREADY_CONNECTED
        CONNECT | 500 | Invalid address 10.1.1.1: It does not belong to any of this network's subnets | InvalidRequest | INVALID_ADDRESS
        CONNECT | 404 | No such container: nope | NotFound | NO_SUCH_CONTAINER
        DISCONNECT | 500 | container cd6f is not connected to network n | NotFound | NOT_CONNECTED
        DAEMON | 403 | authorization denied by plugin casbin | Denied | ENGINE_DENIED
        DAEMON | 404 | page not found | Failed | ENGINE_NONSENSE
        CONTAINER | 500 | something nobody has ever read | Failed | ENGINE_ERROR
        """)
    void whatARefusalMeans(DaemonCall call, int status, String message, String kind, String code) {
        EngineException failure = errors.of(call, "it", json(status, message));

        assertThat(failure.getClass().getSimpleName()).isEqualTo(kind);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.evidence().engine()).isEqualTo("local");
        assertThat(failure.evidence().nativeStatus()).isEqualTo(status);
        assertThat(failure.evidence().nativeMessage()).isEqualTo(message);
    }

    @Test
    void aPageOfAProxyIsNeverPassedOnAndNobodysFault() {
        EngineException failure = errors.of(
                DaemonCall.CONTAINER, "container x", reply(404, "text/html", "<html><h1>404 nginx</h1></html>"));

        assertThat(failure).isInstanceOf(EngineException.Failed.class).hasMessage("local answered 404 for container x");
        assertThat(failure.evidence().nativeMessage()).isNull();
    }

    @Test
    void aRefusalInPlainTextIsPassedOn() {
        EngineException failure = errors.of(
                DaemonCall.DAEMON, "its version", reply(400, "text/plain; charset=utf-8", "that makes no sense.\n"));

        assertThat(failure).isInstanceOf(EngineException.InvalidRequest.class).hasMessage("that makes no sense.");
    }

    @Test
    void aRefusedVersionIsNotTheCallersFault() {
        EngineException failure = errors.of(
                DaemonCall.CONTAINER,
                "container x",
                reply(400, "text/plain; charset=utf-8", "client version 1.2 is too old.\n"));

        assertThat(failure)
                .isInstanceOf(EngineException.Failed.class)
                .extracting("code")
                .isEqualTo("ENGINE_VERSION");
    }

    @Test
    void aProxyThatRefusesTheGatewayIsDeniedWhateverItSays() {
        assertThat(errors.of(DaemonCall.CONTAINER, "container x", reply(403, "text/html", "<html>Forbidden</html>")))
                .isInstanceOf(EngineException.Denied.class)
                .extracting("code")
                .isEqualTo("ENGINE_DENIED");
    }

    @Test
    void brokenJsonIsNoReason() {
        assertThat(errors.of(DaemonCall.CONTAINER, "container x", reply(500, "application/json", "{\"mess"))
                        .evidence()
                        .nativeMessage())
                .isNull();
    }

    private static EngineReply json(int status, String message) {
        return reply(status, "application/json", DockerWire.mapper().writeValueAsString(Map.of("message", message)));
    }

    private static EngineReply reply(int status, String type, String body) {
        return new EngineReply(status, Map.of("content-type", List.of(type)), body.getBytes(StandardCharsets.UTF_8));
    }
}
