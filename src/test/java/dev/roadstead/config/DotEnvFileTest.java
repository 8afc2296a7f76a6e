package dev.roadstead.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class DotEnvFileTest {
    @TempDir
    private Path folder;

    private final ConfigurableEnvironment environment = new StandardEnvironment();

    @Test
    void itsLinesAreReadAsVariables() throws IOException {
        write("# who may call\nAPP_USER=alice\nAPP_PASS='with space'\nQUOTED=\"a # b\"\nROADSTEAD_BOUNDS_JSON=2MB\n");
        read();
        assertThat(environment.getProperty("APP_USER")).isEqualTo("alice");
        assertThat(environment.getProperty("APP_PASS")).isEqualTo("with space");
        assertThat(environment.getProperty("QUOTED")).isEqualTo("a # b");
        ConfigurationPropertySources.attach(environment);
        assertThat(Binder.get(environment)
                        .bind("roadstead.bounds.json", String.class)
                        .get())
                .isEqualTo("2MB");
    }

    @Test
    void realVariablesWin() throws IOException {
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                Map.of("APP_USER", "real")));
        write("APP_USER=alice\n");
        read();
        assertThat(environment.getProperty("APP_USER")).isEqualTo("real");
    }

    @Test
    void itWinsOverConfigurationFiles() throws IOException {
        environment.getPropertySources().addLast(new MapPropertySource("file", Map.of("APP_USER", "file")));
        write("APP_USER=alice\n");
        read();
        assertThat(environment.getProperty("APP_USER")).isEqualTo("alice");
    }

    @Test
    void itNeedNotBeThere() {
        read();
        assertThat(environment.getProperty("APP_USER")).isNull();
    }

    @Test
    void aBrokenOneStopsTheStartNamingTheLineButNotItsContent() throws IOException {
        write("APP_USER=alice\n\nhunter2 is my password\n");
        assertThatThrownBy(this::read)
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(".env")
                .hasMessageContaining("line 3")
                .hasNoCause()
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void oneThatCannotBeReadStopsTheStart() throws IOException {
        Files.createDirectory(folder.resolve(".env"));
        assertThatThrownBy(this::read).isInstanceOf(SettingsException.class).hasMessageContaining(".env");
    }

    private void write(String text) throws IOException {
        Files.writeString(folder.resolve(".env"), text);
    }

    private void read() {
        new DotEnvFile(folder.resolve(".env"))
                .postProcessEnvironment(environment, new SpringApplication(DotEnvFileTest.class));
    }
}
