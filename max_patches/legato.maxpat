{
    "patcher": {
        "title": "legato",
        "fileversion": 1,
        "appversion": {
            "major": 8,
            "minor": 5,
            "revision": 5,
            "architecture": "x64",
            "modernui": 1
        },
        "classnamespace": "box",
        "rect": [
            60.0,
            60.0,
            1730.0,
            1454.0
        ],
        "bglocked": 0,
        "openinpresentation": 0,
        "default_fontsize": 12.0,
        "default_fontface": 0,
        "default_fontname": "Arial",
        "gridonopen": 1,
        "gridsize": [
            15.0,
            15.0
        ],
        "gridsnaponopen": 1,
        "objectsnaponopen": 1,
        "statusbarvisible": 2,
        "toolbarvisible": 1,
        "lefttoolbarpinned": 0,
        "toptoolbarpinned": 0,
        "righttoolbarpinned": 0,
        "bottomtoolbarpinned": 0,
        "toolbars_unpinned_last_save": 0,
        "tallnewobj": 0,
        "boxanimatetime": 200,
        "enablehscroll": 1,
        "enablevscroll": 1,
        "devicewidth": 0.0,
        "description": "",
        "digest": "",
        "tags": "",
        "style": "",
        "subpatcher_template": "",
        "assistshowspatchername": 0,
        "boxes": [
            {
                "box": {
                    "id": "obj-1",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        10,
                        440,
                        21
                    ],
                    "text": "Legato: start `legato serve`, then open this patch.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-2",
                    "maxclass": "bpatcher",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        40,
                        560,
                        128
                    ],
                    "name": "legato.connect.maxpat",
                    "bgmode": 0,
                    "border": 0,
                    "clickthrough": 0,
                    "enablehscroll": 0,
                    "enablevscroll": 0,
                    "lockeddragscroll": 0,
                    "viewvisibility": 1,
                    "outlettype": [
                        "signal"
                    ],
                    "offset": [
                        0.0,
                        0.0
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-3",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        600,
                        180,
                        114,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.replies"
                }
            },
            {
                "box": {
                    "id": "obj-4",
                    "maxclass": "bpatcher",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        600,
                        40,
                        270,
                        62
                    ],
                    "name": "legato.stream~.maxpat",
                    "bgmode": 0,
                    "border": 0,
                    "clickthrough": 0,
                    "enablehscroll": 0,
                    "enablevscroll": 0,
                    "lockeddragscroll": 0,
                    "viewvisibility": 1,
                    "outlettype": [
                        "signal",
                        "signal"
                    ],
                    "offset": [
                        0.0,
                        0.0
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-5",
                    "maxclass": "bpatcher",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        890,
                        40,
                        330,
                        62
                    ],
                    "name": "legato.clip~.maxpat",
                    "bgmode": 0,
                    "border": 0,
                    "clickthrough": 0,
                    "enablehscroll": 0,
                    "enablevscroll": 0,
                    "lockeddragscroll": 0,
                    "viewvisibility": 1,
                    "outlettype": [
                        "signal",
                        "signal"
                    ],
                    "offset": [
                        0.0,
                        0.0
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-6",
                    "maxclass": "ezdac~",
                    "numinlets": 2,
                    "numoutlets": 0,
                    "patching_rect": [
                        890,
                        120,
                        45,
                        45
                    ],
                    "outlettype": []
                }
            },
            {
                "box": {
                    "id": "obj-7",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        600,
                        150,
                        140,
                        21
                    ],
                    "text": "Double-click to open:",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-8",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        730,
                        180,
                        107,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.server"
                }
            },
            {
                "box": {
                    "id": "obj-9",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        847,
                        180,
                        93,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.sink"
                }
            },
            {
                "box": {
                    "id": "obj-10",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        950,
                        180,
                        107,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.inputs"
                }
            },
            {
                "box": {
                    "id": "obj-11",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        1067,
                        180,
                        100,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.input"
                }
            },
            {
                "box": {
                    "id": "obj-12",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        1177,
                        180,
                        107,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.target"
                }
            },
            {
                "box": {
                    "id": "obj-13",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        1294,
                        180,
                        100,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.model"
                }
            },
            {
                "box": {
                    "id": "obj-14",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        1404,
                        180,
                        93,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.midi"
                }
            },
            {
                "box": {
                    "id": "obj-15",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        1507,
                        180,
                        86,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.map"
                }
            },
            {
                "box": {
                    "id": "obj-16",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        1603,
                        180,
                        107,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.preset"
                }
            },
            {
                "box": {
                    "id": "obj-17",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        230,
                        200,
                        21
                    ],
                    "text": "make",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-18",
                    "maxclass": "bpatcher",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        252,
                        1260,
                        314
                    ],
                    "name": "legato.make.maxpat",
                    "bgmode": 0,
                    "border": 0,
                    "clickthrough": 0,
                    "enablehscroll": 0,
                    "enablevscroll": 0,
                    "lockeddragscroll": 0,
                    "viewvisibility": 1,
                    "outlettype": [
                        "float",
                        "",
                        ""
                    ],
                    "offset": [
                        0.0,
                        0.0
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-19",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        582,
                        200,
                        21
                    ],
                    "text": "live",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-20",
                    "maxclass": "bpatcher",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        604,
                        560,
                        84
                    ],
                    "name": "legato.play.maxpat",
                    "bgmode": 0,
                    "border": 0,
                    "clickthrough": 0,
                    "enablehscroll": 0,
                    "enablevscroll": 0,
                    "lockeddragscroll": 0,
                    "viewvisibility": 1,
                    "outlettype": [
                        "float",
                        "",
                        ""
                    ],
                    "offset": [
                        0.0,
                        0.0
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-21",
                    "maxclass": "bpatcher",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        694,
                        1260,
                        358
                    ],
                    "name": "legato.live.maxpat",
                    "bgmode": 0,
                    "border": 0,
                    "clickthrough": 0,
                    "enablehscroll": 0,
                    "enablevscroll": 0,
                    "lockeddragscroll": 0,
                    "viewvisibility": 1,
                    "outlettype": [
                        "float",
                        "",
                        ""
                    ],
                    "offset": [
                        0.0,
                        0.0
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-22",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        1068,
                        200,
                        21
                    ],
                    "text": "transport",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-23",
                    "maxclass": "bpatcher",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        1090,
                        1260,
                        50
                    ],
                    "name": "legato.transport.maxpat",
                    "bgmode": 0,
                    "border": 0,
                    "clickthrough": 0,
                    "enablehscroll": 0,
                    "enablevscroll": 0,
                    "lockeddragscroll": 0,
                    "viewvisibility": 1,
                    "outlettype": [
                        "float",
                        "",
                        ""
                    ],
                    "offset": [
                        0.0,
                        0.0
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-24",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        1156,
                        200,
                        21
                    ],
                    "text": "take",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-25",
                    "maxclass": "bpatcher",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        1178,
                        1260,
                        256
                    ],
                    "name": "legato.take.maxpat",
                    "bgmode": 0,
                    "border": 0,
                    "clickthrough": 0,
                    "enablehscroll": 0,
                    "enablevscroll": 0,
                    "lockeddragscroll": 0,
                    "viewvisibility": 1,
                    "outlettype": [
                        "float",
                        "",
                        ""
                    ],
                    "offset": [
                        0.0,
                        0.0
                    ]
                }
            }
        ],
        "lines": [
            {
                "patchline": {
                    "source": [
                        "obj-2",
                        0
                    ],
                    "destination": [
                        "obj-3",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-4",
                        0
                    ],
                    "destination": [
                        "obj-6",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-4",
                        1
                    ],
                    "destination": [
                        "obj-6",
                        1
                    ],
                    "order": 1
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-5",
                        0
                    ],
                    "destination": [
                        "obj-6",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-5",
                        1
                    ],
                    "destination": [
                        "obj-6",
                        1
                    ],
                    "order": 1
                }
            }
        ],
        "dependency_cache": [],
        "autosave": 0
    }
}
