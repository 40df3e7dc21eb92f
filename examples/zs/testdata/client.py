"""Stops and destroys a VM instance by way of zs mcp, with the official client."""

import asyncio
import json
import os
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


async def main(zs):
    server = StdioServerParameters(command=zs, args=["mcp"], env=dict(os.environ))
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        await session.initialize()

        async def call(tool, **arguments):
            result = await session.call_tool(tool, arguments)
            failed = getattr(result, "isError", None) or getattr(result, "is_error", None)
            return bool(failed), result.content[0].text

        _, rows = await call("query", kind="vm-instance", conditions=["name=vm-00001"])
        uuid = json.loads(rows)["rows"][0]["uuid"]
        _, stopped = await call("run", action="StopVmInstance", parameters={"uuid": uuid})
        vm = json.loads(stopped)["inventory"]
        print(vm["name"], vm["state"])
        failed, _ = await call("run", action="DestroyVmInstance", parameters={"uuid": uuid})
        print("refused" if failed else "destroyed without confirmation")
        failed, said = await call("run", action="DestroyVmInstance", parameters={"uuid": uuid}, confirm=["vm-00001"])
        print("destroyed" if not failed else said)


asyncio.run(main(sys.argv[1]))
