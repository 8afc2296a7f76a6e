package dev.roadstead.api.nativeaccess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.catalog.CatalogOperation;
import dev.roadstead.catalog.ShippedCatalogs;
import dev.roadstead.engine.NativeRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NativeBodiesTest {
    private final NativeBodies bodies = new NativeBodies();

    @Test
    void anObjectIsSentAsJson() {
        isSent(
                Map.of("Image", "busybox"),
                Map.of(),
                operation("PodCreateLibpod"),
                "application/json",
                "{\"Image\":\"busybox\"}");
    }

    @Test
    void aTextIsSentAsItIsWhereNoJsonIsRead() {
        isSent("kind: Pod", Map.of(), operation("PlayKubeLibpod"), "application/yaml", "kind: Pod");
        isSent("secret", Map.of(), operation("SecretCreateLibpod"), "application/octet-stream", "secret");
        isSent("text", Map.of(), operation("PodCreateLibpod"), "application/json", "\"text\"");
    }

    @Test
    void aContentTypeThatIsGivenIsTheBodys() {
        isSent("a: b", Map.of("content-type", "text/plain"), null, "text/plain", "a: b");
        isSent(
                "a",
                Map.of("Content-Type", "application/merge-patch+json"),
                null,
                "application/merge-patch+json",
                "\"a\"");
    }

    @Test
    void noDataIsNoBody() {
        assertThat(bodies.of(null, Map.of(), null)).isInstanceOf(NativeRequest.Body.None.class);
    }

    private void isSent(
            Object data, Map<String, String> headers, @Nullable CatalogOperation operation, String type, String text) {
        assertThat(bodies.of(data, headers, operation))
                .isInstanceOfSatisfying(NativeRequest.Body.Bytes.class, bytes -> {
                    assertThat(bytes.contentType()).isEqualTo(type);
                    assertThat(new String(bytes.data(), StandardCharsets.UTF_8)).isEqualTo(text);
                });
    }

    private static CatalogOperation operation(String id) {
        return Objects.requireNonNull(Objects.requireNonNull(
                        new ShippedCatalogs().named("podman", "4.3.1").block(Duration.ofSeconds(10)))
                .operation(id));
    }
}
