package sample

// The structs that a program without the SDK would write for the large reply. The
// sizes are floats since encoding/json takes 8.589934592E9 for no integer, and the
// timestamps strings.
type (
	// A Reply is the reply to a query for VM instances.
	Reply struct {
		Inventories []VM `json:"inventories"`
	}

	// A VM is a VM instance.
	VM struct {
		UUID                 string   `json:"uuid"`
		Name                 string   `json:"name"`
		Description          string   `json:"description"`
		ZoneUUID             string   `json:"zoneUuid"`
		ClusterUUID          string   `json:"clusterUuid"`
		ImageUUID            string   `json:"imageUuid"`
		HostUUID             string   `json:"hostUuid"`
		LastHostUUID         string   `json:"lastHostUuid"`
		InstanceOfferingUUID string   `json:"instanceOfferingUuid"`
		RootVolumeUUID       string   `json:"rootVolumeUuid"`
		Platform             string   `json:"platform"`
		Architecture         string   `json:"architecture"`
		DefaultL3NetworkUUID string   `json:"defaultL3NetworkUuid"`
		Type                 string   `json:"type"`
		HypervisorType       string   `json:"hypervisorType"`
		MemorySize           float64  `json:"memorySize"`
		ReservedMemorySize   float64  `json:"reservedMemorySize"`
		CPUNum               int32    `json:"cpuNum"`
		CPUSpeed             int64    `json:"cpuSpeed"`
		AllocatorStrategy    string   `json:"allocatorStrategy"`
		CreateDate           string   `json:"createDate"`
		LastOpDate           string   `json:"lastOpDate"`
		State                string   `json:"state"`
		VmNics               []Nic    `json:"vmNics"`
		AllVolumes           []Volume `json:"allVolumes"`
		GuestOsType          string   `json:"guestOsType"`
	}

	// A Nic is one of its NICs.
	Nic struct {
		UUID           string `json:"uuid"`
		VmInstanceUUID string `json:"vmInstanceUuid"`
		L3NetworkUUID  string `json:"l3NetworkUuid"`
		IP             string `json:"ip"`
		MAC            string `json:"mac"`
		HypervisorType string `json:"hypervisorType"`
		Netmask        string `json:"netmask"`
		Gateway        string `json:"gateway"`
		MetaData       string `json:"metaData"`
		IPVersion      int32  `json:"ipVersion"`
		DriverType     string `json:"driverType"`
		InternalName   string `json:"internalName"`
		DeviceID       int32  `json:"deviceId"`
		Type           string `json:"type"`
		State          string `json:"state"`
		CreateDate     string `json:"createDate"`
		LastOpDate     string `json:"lastOpDate"`
	}

	// A Volume is one of its volumes.
	Volume struct {
		UUID               string  `json:"uuid"`
		Name               string  `json:"name"`
		Description        string  `json:"description"`
		PrimaryStorageUUID string  `json:"primaryStorageUuid"`
		VmInstanceUUID     string  `json:"vmInstanceUuid"`
		DiskOfferingUUID   string  `json:"diskOfferingUuid"`
		RootImageUUID      string  `json:"rootImageUuid"`
		InstallPath        string  `json:"installPath"`
		Type               string  `json:"type"`
		Format             string  `json:"format"`
		Size               float64 `json:"size"`
		ActualSize         float64 `json:"actualSize"`
		DeviceID           int32   `json:"deviceId"`
		State              string  `json:"state"`
		Status             string  `json:"status"`
		CreateDate         string  `json:"createDate"`
		LastOpDate         string  `json:"lastOpDate"`
		IsShareable        bool    `json:"isShareable"`
		VolumeQos          string  `json:"volumeQos"`
		LastDetachDate     string  `json:"lastDetachDate"`
		LastVmInstanceUUID string  `json:"lastVmInstanceUuid"`
		LastAttachDate     string  `json:"lastAttachDate"`
		Protocol           string  `json:"protocol"`
	}
)
