{
    "patcher": {
        "title": "legato help",
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
            910.0,
            730.0
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
                        400,
                        21
                    ],
                    "text": "legato",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-2",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        36,
                        640,
                        47
                    ],
                    "text": "legato.maxpat holds all parts; each is a patch of its own for patches of yours. Start `legato serve` first. Double-click a part to open it, option-click it for its help.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-3",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        110,
                        114,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "legato.connect"
                }
            },
            {
                "box": {
                    "id": "obj-4",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        190,
                        110,
                        700,
                        21
                    ],
                    "text": "The connection to `legato serve`",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-5",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        20,
                        144,
                        114,
                        22
                    ],
                    "outlettype": [
                        "",
                        ""
                    ],
                    "text": "legato.stream~"
                }
            },
            {
                "box": {
                    "id": "obj-6",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        190,
                        144,
                        700,
                        21
                    ],
                    "text": "The stream as it is played, through jit",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-7",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        20,
                        178,
                        100,
                        22
                    ],
                    "outlettype": [
                        "",
                        ""
                    ],
                    "text": "legato.clip~"
                }
            },
            {
                "box": {
                    "id": "obj-8",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        190,
                        178,
                        700,
                        21
                    ],
                    "text": "Every finished take",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-9",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        212,
                        93,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.play"
                }
            },
            {
                "box": {
                    "id": "obj-10",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        190,
                        212,
                        700,
                        21
                    ],
                    "text": "MIDI and the keyboard on the screen play a live job",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-11",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        246,
                        114,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.replies"
                }
            },
            {
                "box": {
                    "id": "obj-12",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        190,
                        246,
                        700,
                        21
                    ],
                    "text": "Shows each reply of Legato's; goes to the outlet of legato",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-13",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        280,
                        93,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.make"
                }
            },
            {
                "box": {
                    "id": "obj-14",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        190,
                        280,
                        700,
                        21
                    ],
                    "text": "/generate /continue /inpaint /vary /interpolate /render /cancel",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-15",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        314,
                        107,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.server"
                }
            },
            {
                "box": {
                    "id": "obj-16",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        190,
                        314,
                        700,
                        21
                    ],
                    "text": "/ping /version /status /schema /models /notify /sync",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-17",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        348,
                        93,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.sink"
                }
            },
            {
                "box": {
                    "id": "obj-18",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        190,
                        348,
                        700,
                        21
                    ],
                    "text": "/sinks /sink/file /sink/open /sink/close /sink/set",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-19",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        382,
                        107,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.inputs"
                }
            },
            {
                "box": {
                    "id": "obj-20",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        190,
                        382,
                        700,
                        21
                    ],
                    "text": "/inputs",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-21",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        416,
                        100,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.input"
                }
            },
            {
                "box": {
                    "id": "obj-22",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        190,
                        416,
                        700,
                        21
                    ],
                    "text": "/input/open /input/close",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-23",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        450,
                        107,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.target"
                }
            },
            {
                "box": {
                    "id": "obj-24",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        190,
                        450,
                        700,
                        21
                    ],
                    "text": "/target/ask /target/answer",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-25",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        484,
                        100,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.model"
                }
            },
            {
                "box": {
                    "id": "obj-26",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        190,
                        484,
                        700,
                        21
                    ],
                    "text": "/model/load /model/unload",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-27",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        518,
                        128,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.transport"
                }
            },
            {
                "box": {
                    "id": "obj-28",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        190,
                        518,
                        700,
                        21
                    ],
                    "text": "/transport",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-29",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        552,
                        93,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.midi"
                }
            },
            {
                "box": {
                    "id": "obj-30",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        190,
                        552,
                        700,
                        21
                    ],
                    "text": "/midi/ports /midi/panic",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-31",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        586,
                        86,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.map"
                }
            },
            {
                "box": {
                    "id": "obj-32",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        190,
                        586,
                        700,
                        21
                    ],
                    "text": "/map/learn /map/list /map/remove /map/load",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-33",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        620,
                        107,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.preset"
                }
            },
            {
                "box": {
                    "id": "obj-34",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        190,
                        620,
                        700,
                        21
                    ],
                    "text": "/preset/save /preset/load /preset/list /preset/remove",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-35",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        654,
                        93,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.live"
                }
            },
            {
                "box": {
                    "id": "obj-36",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        190,
                        654,
                        700,
                        21
                    ],
                    "text": "/live/start /live/stop /live/note /live/cc /live/program /live/bend /live/pressure /live/panic",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-37",
                    "maxclass": "newobj",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        688,
                        93,
                        22
                    ],
                    "outlettype": [],
                    "text": "legato.take"
                }
            },
            {
                "box": {
                    "id": "obj-38",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        190,
                        688,
                        700,
                        21
                    ],
                    "text": "/take/list /take/info /take/branch /take/export /take/pin",
                    "fontsize": 10.0
                }
            }
        ],
        "lines": [],
        "dependency_cache": [],
        "autosave": 0
    }
}
