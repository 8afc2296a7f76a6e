package dev.roadstead.config;

import dev.roadstead.engine.EngineName;
import dev.roadstead.transport.Fingerprint;
import dev.roadstead.transport.PinnedTrust.Pin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Schedulers;

/**
 * The certificates that engines showed when they were first spoken to, kept in a file: a line for each engine, its name and the
 * certificate's SHA-256.
 */
final class KnownEngines {
    private static final Logger LOG = LoggerFactory.getLogger(KnownEngines.class);
    private static final String SETTING = "roadstead.security.known-engines";

    private final Path file;
    private final Map<String, Fingerprint> known = new ConcurrentSkipListMap<>();

    /**
     * Reads the file; there need be none.
     *
     * @throws SettingsException if it cannot be read or makes no sense: what was learned must not be forgotten silently
     */
    KnownEngines(Path file) {
        this.file = file.toAbsolutePath();
        try {
            for (String line : Files.readAllLines(this.file)) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    read(line);
                }
            }
        } catch (NoSuchFileException none) {
            LOG.debug("{} is not there yet", this.file);
        } catch (IOException unreadable) {
            throw new SettingsException(SETTING, "%s cannot be read".formatted(this.file), unreadable);
        }
    }

    /** The certificate that the engine shows first, from now on. */
    Pin firstUse(EngineName engine) {
        return shown -> {
            Fingerprint before = known.putIfAbsent(engine.value(), shown);
            if (before == null) {
                LOG.warn(
                        "engine {} is trusted on first use: its certificate has the SHA-256 fingerprint {}, kept in {}",
                        engine,
                        shown,
                        file);
                // In a handshake no file may be written: it runs on an event loop.
                Schedulers.boundedElastic().schedule(this::write);
            } else if (!before.equals(shown)) {
                throw new CertificateException(
                        "its SHA-256 fingerprint is %s (expected: %s, learned on first use; if the change is right, remove the line of %s from %s and start again)"
                                .formatted(shown, before, engine, file));
            }
        };
    }

    /** A certificate that the operator named. */
    static Pin configured(Fingerprint expected, String setting) {
        return shown -> {
            if (!expected.equals(shown)) {
                throw new CertificateException(
                        "its SHA-256 fingerprint is %s (expected: %s of %s)".formatted(shown, expected, setting));
            }
        };
    }

    private void read(String line) {
        List<String> words = List.of(line.strip().split("\\s+", -1));
        try {
            if (words.size() != 2) {
                throw new IllegalArgumentException("line: %s (expected: a name and a fingerprint)".formatted(line));
            }
            known.put(words.getFirst(), Fingerprint.parse(words.getLast()));
        } catch (IllegalArgumentException senseless) {
            throw new SettingsException(SETTING, "%s: %s".formatted(file, senseless.getMessage()), senseless);
        }
    }

    /** Whole or not at all: a crash leaves the old file or the new one. */
    private synchronized void write() {
        StringBuilder text = new StringBuilder();
        known.forEach((name, fingerprint) ->
                text.append(name).append(' ').append(fingerprint).append('\n'));
        try {
            Path part = Files.createTempFile(
                    Objects.requireNonNullElse(file.getParent(), file),
                    "known_engines",
                    ".part",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(part, text);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            LOG.error("{} cannot be written, so a restart trusts on first use again: {}", file, failed.toString());
        }
    }
}
