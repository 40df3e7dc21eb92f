/*
Package actions has a struct for every API call of ZStack: its fields are the
call's parameters, its method Call makes the call.

	package main

	import (
		"context"
		"fmt"
		"log"

		"github.com/zstack-go/zstack-go/actions"
		"github.com/zstack-go/zstack-go/zstack"
	)

	func main() {
		ctx := context.Background()
		client, err := zstack.NewClient("http://management-node:8080",
			zstack.WithCredentials(zstack.Account("admin", "password")))
		if err != nil {
			log.Fatal(err)
		}
		defer client.Close(ctx)

		res, err := actions.RecoverVmInstanceAction{
			UUID: "15ad1fe0a1d24b3b8e7f2ee8a2c26d70",
		}.Call(ctx, client)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(res.Inventory.Name, res.Inventory.State)
	}

# Parameters

Structs and methods are called as in the Java and Python SDKs. A required
parameter is a plain field. An optional one is a pointer, a slice or a map; nil
leaves it to the server, and anything else is sent, an empty list too:

	actions.CreateZoneAction{Name: "east", Description: new("")}

A required number or boolean whose zero can be meant is a pointer as well, and nil is
refused: what somebody forgot is not done. Where zero makes no sense, as for a port,
the field is plain and zero is refused.

	actions.SetVmQgaAction{UUID: vm, Enable: new(false)}

Call checks the parameters before it sends anything, the structs inside them
included. The fields SessionID,
AccessKeyID, AccessKeySecret and RequestIP, which every action has, stand in for
the client's own credentials in this one call. An action is a value: it can be
copied, used again and used by several goroutines; a call never changes it.

# Methods

Call returns the result, however long the server works on it. Actions that the server runs as
jobs also have Start, which returns a [zstack.Job], to wait for later or elsewhere. Query actions also have
All, which iterates over everything that matches:

	running := actions.QueryVmInstanceAction{Conditions: zstack.Where(zstack.Eq("state", "Running"))}
	for vm, err := range running.All(ctx, client) {
		...
	}

An action reads its parameters from JSON by their wire names, with
[encoding/json.Unmarshal] for one.

# Secrets

A password, a session or a key is a [types.Secret], and an address that can hold a
password a [types.SecretURL]. They are strings that show a mask wherever they are
printed, logged or marshaled to JSON, alone or inside others; only the client sends their
values. A constant needs no conversion, a variable does:

	actions.CreateUserAction{Name: "ops", Password: zstack.HashPassword(pw)}
	actions.AddKVMHostAction{..., Password: types.Secret(pw)}
	actions.UpdateKVMHostAction{UUID: host, Password: new(types.Secret(pw))}

SystemTags are plain strings. Those that hold a secret, such as a console password, are
hidden in errors and logs of the client, and not where a program prints its action.

# Finding an action

There is one file for each kind of resource: vm_instances.go, volumes.go,
l3_networks.go. Package registry finds an action by its name while a program
runs.
*/
package actions
