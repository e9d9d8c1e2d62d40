{
    "patcher": {
        "title": "legato.sink",
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
            940.0,
            982.0
        ],
        "bglocked": 0,
        "openinpresentation": 1,
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
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        940,
                        121,
                        22
                    ],
                    "outlettype": [],
                    "text": "s ---legato.ask"
                }
            },
            {
                "box": {
                    "id": "obj-2",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        130,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        22,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "sinks",
                    "hint": "The open sinks, one message each; state is open, or why nothing gets through.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-3",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        160,
                        110,
                        22
                    ],
                    "text": "go /sinks",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-4",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        188,
                        900,
                        21
                    ],
                    "text": "[id]: The open sinks, one message each; state is open, or why nothing gets through.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-5",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        290,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        66,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "sink file",
                    "hint": "What a sink told of last: the path of a finished file, a session description, an address. Subscribers of the topic sinks are told the same without asking.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-6",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        320,
                        110,
                        22
                    ],
                    "text": "go /sink/file",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-7",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        348,
                        900,
                        21
                    ],
                    "text": "[id] name: What a sink told of last: the path of a finished file, a session description, an address. Subscribers of the topic sinks are told the same without as",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-8",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        150,
                        290,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        67,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-9",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        320,
                        219,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /sink/file name"
                }
            },
            {
                "box": {
                    "id": "obj-10",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        240,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        50,
                        104,
                        16
                    ],
                    "text": "name",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-11",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        450,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        110,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "sink open",
                    "hint": "Routes the stream out; kind is clips, device, jitter, null, osc, reastream, rtp, stems, tcp, vban or wav. Every kind takes gain, and stems n: as many stems (jobs without any are one) on channels of their own, told by /sink/stem; what finds no room shares the last.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-12",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        480,
                        110,
                        22
                    ],
                    "text": "go /sink/open",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-13",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        508,
                        900,
                        21
                    ],
                    "text": "id kind name [key value ...]: Routes the stream out; kind is clips, device, jitter, null, osc, reastream, rtp, stems, tcp, vban or wav. Every kind takes gain, a",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-14",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        150,
                        450,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        111,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-15",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        480,
                        219,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /sink/open kind"
                }
            },
            {
                "box": {
                    "id": "obj-16",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        400,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        94,
                        104,
                        16
                    ],
                    "text": "kind",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-17",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        393,
                        450,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        111,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-18",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        393,
                        480,
                        219,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /sink/open name"
                }
            },
            {
                "box": {
                    "id": "obj-19",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        393,
                        400,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        94,
                        104,
                        16
                    ],
                    "text": "name",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-20",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        636,
                        450,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        346,
                        111,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-21",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        636,
                        480,
                        261,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /sink/open parameters"
                }
            },
            {
                "box": {
                    "id": "obj-22",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        636,
                        400,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        346,
                        94,
                        104,
                        16
                    ],
                    "text": "parameters",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-23",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        610,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        154,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "sink close",
                    "hint": "Closes a sink.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-24",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        640,
                        110,
                        22
                    ],
                    "text": "go /sink/close",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-25",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        668,
                        900,
                        21
                    ],
                    "text": "id name: Closes a sink.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-26",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        150,
                        610,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        155,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-27",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        640,
                        226,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /sink/close name"
                }
            },
            {
                "box": {
                    "id": "obj-28",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        560,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        138,
                        104,
                        16
                    ],
                    "text": "name",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-29",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        770,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        198,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "sink set",
                    "hint": "Changes a sink's parameters, such as gain.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-30",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        800,
                        110,
                        22
                    ],
                    "text": "go /sink/set",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-31",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        828,
                        900,
                        21
                    ],
                    "text": "id name [key value ...]: Changes a sink's parameters, such as gain.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-32",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        150,
                        770,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        199,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-33",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        800,
                        212,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /sink/set name"
                }
            },
            {
                "box": {
                    "id": "obj-34",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        720,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        182,
                        104,
                        16
                    ],
                    "text": "name",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-35",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        386,
                        770,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        199,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-36",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        386,
                        800,
                        254,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /sink/set parameters"
                }
            },
            {
                "box": {
                    "id": "obj-37",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        386,
                        720,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        182,
                        104,
                        16
                    ],
                    "text": "parameters",
                    "fontsize": 10.0
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
                        "obj-3",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
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
                        "obj-6",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-8",
                        0
                    ],
                    "destination": [
                        "obj-9",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-9",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-11",
                        0
                    ],
                    "destination": [
                        "obj-12",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-12",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-14",
                        0
                    ],
                    "destination": [
                        "obj-15",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-15",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-17",
                        0
                    ],
                    "destination": [
                        "obj-18",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-18",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-20",
                        0
                    ],
                    "destination": [
                        "obj-21",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-21",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-23",
                        0
                    ],
                    "destination": [
                        "obj-24",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-24",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-26",
                        0
                    ],
                    "destination": [
                        "obj-27",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-27",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-29",
                        0
                    ],
                    "destination": [
                        "obj-30",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-30",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-32",
                        0
                    ],
                    "destination": [
                        "obj-33",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-33",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-35",
                        0
                    ],
                    "destination": [
                        "obj-36",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-36",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            }
        ],
        "dependency_cache": [],
        "autosave": 0
    }
}
