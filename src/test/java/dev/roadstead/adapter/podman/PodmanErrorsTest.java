package dev.roadstead.adapter.podman;

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
import tools.jackson.databind.json.JsonMapper;

/** What Podman's refusals mean; status, message and cause as 4.3 gives them, unless it is said otherwise. */
class PodmanErrorsTest {
    private static final JsonMapper JSON = PodmanWire.mapper();

    private final PodmanErrors errors = new PodmanErrors("podman", JSON);

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            CREATE | 500 | the container name "web" is already in use by ee5a. You have to remove that container to be able to reuse that name: that name is already in use | that name is already in use | AlreadyExists | NAME_IN_USE
            CREATE | 500 | none/none:x: image not known | image not known | NotFound | NO_SUCH_IMAGE
            CREATE | 404 | none/none:x: image not known | image not known | NotFound | NO_SUCH_IMAGE
            CREATE | 500 | invalid config provided: cannot set hostname when joining the pod UTS namespace: invalid configuration | invalid configuration | InvalidRequest | INVALID_REQUEST
            CREATE | 500 | invalid config provided: published or exposed ports must be defined when the pod is created: network cannot be configured when it is shared with a pod | network cannot be configured when it is shared with a pod | InvalidRequest | INVALID_REQUEST
            RENAME | 409 | renaming container 0b4d: name web already in use, cannot rename container 0b4d: container already exists | container already exists | AlreadyExists | NAME_IN_USE
            START | 500 | cannot listen on the TCP port: listen tcp4 127.0.0.1:80: bind: address already in use | address already in use | Conflict | PORT_IN_USE
            CONTAINER | 500 | can only kill running containers. 0b4d is in state created: container state improper | container state improper | WrongState | CONTAINER_NOT_RUNNING
            CONTAINER | 409 | can only kill running containers. 0b4d is in state created: container state improper | container state improper | WrongState | CONTAINER_NOT_RUNNING
            CONTAINER | 500 | "created" is not running, can't pause: container state improper | container state improper | WrongState | CONTAINER_NOT_RUNNING
            CONTAINER | 500 | can only create exec sessions on running containers: container state improper | container state improper | WrongState | CONTAINER_NOT_RUNNING
            CONTAINER | 409 | cannot create exec session as container ee5a is paused | cannot create exec session as container ee5a is paused | WrongState | WRONG_STATE
            CONTAINER | 500 | "ee5a" is already paused: container state improper | container state improper | WrongState | WRONG_STATE
            EXEC | 500 | cannot start exec session: exec session state improper | exec session state improper | WrongState | WRONG_STATE
            REMOVE | 500 | cannot remove container ee5a as it is running - running or paused containers cannot be removed without force: container state improper | container state improper | WrongState | CONTAINER_RUNNING
            VOLUME_REMOVE | 409 | volume v is being used by the following container(s): ee5a: volume is being used | volume is being used | Conflict | VOLUME_IN_USE
            NETWORK_REMOVE | 500 | "n" has associated containers with it. Use -f to forcibly delete containers and pods: network is being used | network is being used | Conflict | NETWORK_IN_USE
            IMAGE_REMOVE | 409 | image used by 0b4d: image is in use by a container: consider listing external containers and force-removing image | image is in use by a container | Conflict | IMAGE_IN_USE
            NETWORK_CREATE | 409 | network name n already used: network already exists | network already exists | AlreadyExists | NAME_IN_USE
            CONTAINER | 404 | no container with name or ID "nobody" found: no such container | no such container | NotFound | NO_SUCH_CONTAINER
            POD_REMOVE | 500 | cannot remove container 7359 as it is running - running or paused containers cannot be removed without force | container state improper | WrongState | POD_RUNNING
            CONNECT | 500 | "" is not supported: invalid network mode | invalid network mode | WrongState | WRONG_STATE
            CONTAINER | 500 | disk on fire | disk on fire | Failed | ENGINE_ERROR
            """)
    void aRefusalIsNamedByWhatTheCallerCanDo(
            DaemonCall call, int status, String message, String cause, String kind, String code) {
        EngineException failure =
                errors.of(call, "it", reply(status, Map.of("cause", cause, "message", message, "response", status)));

        assertThat(failure.getClass().getSimpleName()).isEqualTo(kind);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.evidence().nativeStatus()).isEqualTo(status);
        assertThat(failure.evidence().nativeMessage()).contains(message);
    }

    /** Where the cause is not in the message it is what decides. */
    @Test
    void theCauseCountsThoughTheMessageLacksIt() {
        EngineException failure = errors.of(
                DaemonCall.VOLUME_REMOVE,
                "volume v",
                reply(500, Map.of("cause", "volume is being used", "message", "cannot remove v", "response", 500)));

        assertThat(failure).isInstanceOf(EngineException.Conflict.class);
        assertThat(failure).hasMessage("cannot remove v: volume is being used");
    }

    @Test
    void wordsThatNoRuleKnowsNeverBecomeTheCallersFault() {
        for (DaemonCall call : DaemonCall.values()) {
            assertThat(errors.of(call, "it", 500, "something else altogether"))
                    .as(call.name())
                    .isInstanceOf(EngineException.Failed.class);
        }
    }

    private static EngineReply reply(int status, Map<String, Object> body) {
        return new EngineReply(
                status,
                Map.of("content-type", List.of("application/json")),
                JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8));
    }
}
