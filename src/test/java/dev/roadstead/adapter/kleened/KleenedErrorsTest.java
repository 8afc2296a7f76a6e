package dev.roadstead.adapter.kleened;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineReply;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Refusals as the daemon was recorded to word them. */
class KleenedErrorsTest {
    private final KleenedErrors errors = new KleenedErrors("jails", KleenedWire.mapper());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CONTAINER|404|container not found|NotFound|NO_SUCH_CONTAINER",
                "UPDATE|404|no such container 'nosuch'|NotFound|NO_SUCH_CONTAINER",
                "REMOVE|404|no such container|NotFound|NO_SUCH_CONTAINER",
                "REMOVE|409|you cannot remove a running container|WrongState|CONTAINER_RUNNING",
                "STOP|404|container not running|WrongState|ALREADY_SO",
                "CREATE|404|no such image 'nope:latest'|NotFound|NO_SUCH_IMAGE",
                "CREATE|404|x does not match /?[a-zA-Z0-9][a-zA-Z0-9_.-]+$|InvalidRequest|INVALID_REQUEST",
                "CREATE|404|could not decode port publishing specification|InvalidRequest|INVALID_REQUEST",
                "CREATE|404|cannot publish ports of a container using the 'host' network driver|InvalidRequest|INVALID_REQUEST",
                "CREATE|404|error ocurred while determining source type: :enoent|InvalidRequest|INVALID_REQUEST",
                "IMAGE|404|image not found|NotFound|NO_SUCH_IMAGE",
                "IMAGE_REMOVE|404|Error: No such image: nope:nope|NotFound|NO_SUCH_IMAGE",
                "NETWORK|404|network not found.|NotFound|NO_SUCH_NETWORK",
                "NETWORK_CREATE|409|network name is already taken|AlreadyExists|NAME_IN_USE",
                "CONNECT|409|container already connected to the network|Conflict|ALREADY_CONNECTED",
                "CONNECT|404|container not found|NotFound|NO_SUCH_CONTAINER",
                "DISCONNECT|409|endpoint configuration not found|NotFound|NOT_CONNECTED",
                "DISCONNECT|409|network not found|NotFound|NO_SUCH_NETWORK",
                "VOLUME|404|No such volume|NotFound|NO_SUCH_VOLUME",
                "EXEC|404|could not find execution instance matching 'x'|NotFound|NO_SUCH_EXEC",
                "CONTAINER|404|something new|Failed|ENGINE_ERROR",
                "CONTAINER|409|something new|Failed|ENGINE_ERROR",
            })
    void aRefusalIsNamedByItsText(String call, int status, String message, String kind, String code) {
        EngineException named =
                errors.of(KleenedCall.valueOf(call), "it", reply(status, "{\"message\":\"" + message + "\"}"));

        assertThat(named.getClass().getSimpleName()).isEqualTo(kind);
        assertThat(named.code()).isEqualTo(code);
        assertThat(named.evidence().nativeStatus()).isEqualTo(status);
    }

    @Test
    void anImageInUseIsAConflictThatNamesItsUsers() {
        EngineException named = errors.of(
                KleenedCall.IMAGE_REMOVE,
                "it",
                reply(
                        404,
                        "{\"message\":\"could not remove image 882 since it is used for containers:\\nf06e41516305\"}"));

        assertThat(named).isInstanceOf(EngineException.Conflict.class).hasMessageContaining("f06e41516305");
        assertThat(named.code()).isEqualTo("IMAGE_IN_USE");
    }

    @Test
    void whatDoesNotFitTheSchemaIsInvalidAndNamesItsField() {
        EngineException named = errors.of(
                KleenedCall.CREATE,
                "it",
                reply(
                        422,
                        "{\"errors\":[{\"title\":\"Invalid value\",\"source\":{\"pointer\":\"/cmd\"},\"detail\":\"Invalid array. Got: string\"}]}"));

        assertThat(named)
                .isInstanceOf(EngineException.InvalidRequest.class)
                .hasMessage("/cmd: Invalid array. Got: string");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500|# FunctionClauseError at POST /containers/create  Exception: secret",
                "500|<!DOCTYPE html><html>secret</html>",
                "400|# Plug.Parsers.ParseError secret",
                "404|not found",
            })
    void aPageOfACrashIsNeverTold(int status, String page) {
        EngineException named = errors.of(KleenedCall.CREATE, "container x", reply(status, page));

        assertThat(named).isInstanceOf(EngineException.Failed.class);
        assertThat(named.getMessage()).doesNotContain("secret");
        assertThat(named.evidence().nativeMessage()).isNull();
    }

    private static EngineReply reply(int status, String body) {
        return new EngineReply(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }
}
