package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** An engine's own API is spoken as it is. */
public interface NativeContract extends ContractSubject {
    @Test
    default void anEngineTellsWhichApiItSpeaks() {
        needs(Capability.NATIVE);

        NativeApi api = get(engine().nativeAccess().api());

        assertThat(api.family()).isEqualTo(engine().kind().word());
        assertThat(api.version()).isNotBlank();
    }

    @Test
    default void whatTheEngineRefusesNativelyIsAnAnswerAndNoFailure() {
        needs(Capability.NATIVE);
        NativeRequest request =
                new NativeRequest("GET", "/roadstead/nothing", Map.of(), new NativeRequest.Body.None(), null, false);

        String text = get(Mono.usingWhen(
                engine().nativeAccess().call(request),
                reply -> {
                    assertThat(reply.status()).isEqualTo(404);
                    return reply.body()
                            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                            .reduce("", String::concat);
                },
                reply -> Mono.fromRunnable(reply::close)));

        assertThat(text).isNotBlank();
    }
}
