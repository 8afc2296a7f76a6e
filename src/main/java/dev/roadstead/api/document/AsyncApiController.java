package dev.roadstead.api.document;

import io.swagger.v3.oas.annotations.Hidden;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The document of the WebSockets, as it was when this was built. */
@RestController
@Hidden
public class AsyncApiController {
    private static final MediaType YAML = MediaType.parseMediaType("application/yaml;charset=utf-8");

    private final byte[] document;

    /** Reads it. */
    public AsyncApiController() throws IOException {
        try (InputStream file = Objects.requireNonNull(
                AsyncApiController.class.getResourceAsStream("asyncapi.yaml"), "asyncapi.yaml")) {
            document = file.readAllBytes();
        }
    }

    /** All of it. */
    @GetMapping("/asyncapi.yaml")
    public ResponseEntity<byte[]> document() {
        return ResponseEntity.ok().contentType(YAML).body(document.clone());
    }
}
