package dev.roadstead.adapter.lxd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.engine.EngineException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Refusals in the words of LXD 5.0 and Incus 6.0, and what they mean. */
class LxdErrorsTest {
    private final LxdErrors errors = new LxdErrors("lxd", LxdWire.mapper());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CONTAINER | 404 | Instance not found | NotFound | NO_SUCH_CONTAINER",
                "CREATE | 404 | Image alias not found | NotFound | NO_SUCH_IMAGE",
                "CREATE | 404 | Failed loading project: Project not found | NotFound | NO_SUCH_PROJECT",
                "SNAPSHOT | 404 | Failed to fetch snapshot \"one\" of instance \"web\" in project \"default\": InstanceSnapshot not found | NotFound | NO_SUCH_SNAPSHOT",
                "EXEC | 400 | Instance is not running | WrongState | CONTAINER_NOT_RUNNING",
                "EXEC | 400 | Instance is frozen | WrongState | CONTAINER_NOT_RUNNING",
                "REMOVE | 400 | Instance is running | WrongState | CONTAINER_RUNNING",
                "CREATE | 400 | Invalid instance name: Name can only contain alphanumeric and hyphen characters | InvalidRequest | INVALID_REQUEST",
                "UPDATE | 412 | Precondition failed | Conflict | CHANGED_MEANWHILE",
                "CONTAINER | 403 | not authorized | Denied | ENGINE_DENIED",
                "CONTAINER | 500 | disk on fire | Failed | ENGINE_ERROR"
            })
    void aRefusalIsNamedByItsCallStatusAndText(LxdCall call, int status, String text, String kind, String code) {
        isA(errors.of(call, "it", status, text), kind, code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "STATE | The instance is already running | WrongState | ALREADY_SO",
                "STATE | The container is already frozen | WrongState | ALREADY_SO",
                "STATE | The container isn't running | WrongState | CONTAINER_NOT_RUNNING",
                "STATE | Error occurred when starting proxy device: Failed to listen on 0.0.0.0:80: bind: address already in use | Conflict | PORT_IN_USE",
                "STATE | Error occurred when starting proxy device: Error: Failed to receive fd from listener process: Failed to receive file descriptor via abstract unix socket | Conflict | PORT_IN_USE",
                "RENAME | Renaming of running container not allowed | WrongState | CONTAINER_RUNNING",
                "CREATE | Failed creating instance record: Instance \"web\" already exists | AlreadyExists | NAME_IN_USE",
                "CREATE | Failed creating instance record: Failed initialising instance: Failed loading storage pool: Storage pool not found | NotFound | NO_SUCH_POOL",
                "PULL | Get \"https://127.0.0.1:24107/images/lxd.tar.xz\": x509: certificate signed by unknown authority | NotFound | NO_SUCH_IMAGE",
                "STATE | shutting down the container failed | Failed | ENGINE_ERROR"
            })
    void anOperationThatFailedIsNamedByTheSameTable(LxdCall call, String err, String kind, String code) {
        isA(
                errors.of(call, "it", new LxdWire.Operation("id", null, 400, Map.of(), null, false, err, null)),
                kind,
                code);
    }

    @Test
    void anUnknownTextOfAnOperationIsNoFaultOfTheCaller() {
        for (LxdCall call : List.of(LxdCall.values())) {
            assertThat(errors.of(
                            call,
                            "it",
                            new LxdWire.Operation("id", null, 400, null, null, false, "something new", null)))
                    .isInstanceOf(EngineException.Failed.class);
        }
    }

    private static void isA(EngineException failure, String kind, String code) {
        assertThat(failure.getClass().getSimpleName()).isEqualTo(kind);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.evidence().nativeMessage()).isNotBlank();
    }
}
