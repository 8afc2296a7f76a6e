package dev.roadstead.gateway;

import dev.roadstead.lab.RequiresLab;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Testcontainers, without the container by which it tidies up; in a process of its own, since it looks for its daemon only once. */
@RequiresLab({"docker", "registry"})
class TestcontainersIT extends DockerClientScenarios {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    TestcontainersIT() {
        super(
                "testcontainers",
                List.of(
                        JAVA,
                        "-classpath",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        TestcontainersClient.class.getName()),
                List.of(JAVA, "-version"));
    }

    @Override
    DockerAddress address(String scenario) {
        return socket();
    }

    @Override
    Map<String, String> settings() {
        return Map.of("TESTCONTAINERS_RYUK_DISABLED", "true");
    }

    @Override
    List<String> scenarios() {
        return List.of(
                "startsAndIsReached",
                "executes",
                "copiesFilesInAndOut",
                "followsALog",
                "tellsWhyOneDidNotStart",
                "letsThemFindEachOther");
    }
}
