import { VirtualHost } from "@/lib/host/virtual_host.ts";
import { openMemoryStore, openStore } from "@/lib/store/mod.ts";
import { storeContract } from "./contract.ts";
import { withDirectory } from "./temp_directory.ts";

storeContract("memoryStore", async (test, options = {}) => {
  const store = openMemoryStore({ host: new VirtualHost(), options });
  await test(store);
  await store.close();
});

storeContract("sqliteStore", (test, options = {}) =>
  withDirectory(async (directory) => {
    const store = await openStore({ directory, host: new VirtualHost(), options });
    try {
      await test(store);
    } finally {
      await store.close();
    }
  }));
