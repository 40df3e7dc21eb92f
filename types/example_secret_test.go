package types_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"

	"github.com/zstack-go/zstack-go/types"
)

func ExampleSecret() {
	password := types.Secret("hunter2")
	text, err := json.Marshal(map[string]types.Secret{"password": password})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(password, string(text), string(password))
	// Output: *** {"password":"***"} hunter2
}

// Of an address only the password is hidden.
func ExampleSecretURL() {
	fmt.Println(types.SecretURL("sftp://up:hunter2@files.example.com/base.qcow2"))
	// Output: sftp://up:***@files.example.com/base.qcow2
}

// A code can be asked for as any error can.
func ExampleCode() {
	err := error(&types.ErrorCode{
		Code:  types.SysInternal,
		Cause: &types.ErrorCode{Code: types.SysResourceNotFound},
	})
	fmt.Println(errors.Is(err, types.SysResourceNotFound), errors.Is(err, types.SysOperationError))
	// Output: true false
}
